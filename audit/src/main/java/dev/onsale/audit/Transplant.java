package dev.onsale.audit;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of the domain, of this build, made anew of another build's classes, by the names of classes and components. */
public final class Transplant {

    /** How records of one class become records of another. */
    private record Shape(List<Method> accessors, Constructor<?> constructor) {}

    /** How records of this build become those of a class, which goes when its build goes. */
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            try {
                return shape(Class.forName(type.getName(), true, Transplant.class.getClassLoader()), type);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("it has another " + type.getName() + " (" + e + ")", e);
            }
        }
    };

    private Transplant() {}

    /**
     * @param value a record, an enum's constant, a list or an optional of these, or a value of the JDK
     * @throws IllegalStateException when the other build has no class or component like it
     */
    public static Object to(@Nullable ClassLoader build, Object value) {
        return switch (value) {
            case Record known when Objects.equals(build, known.getClass().getClassLoader()) -> known;
            case Enum<?> known
            when Objects.equals(build, known.getDeclaringClass().getClassLoader()) -> known;
            case Record made -> remade(build, made);
            case Enum<?> constant -> constant(build, constant);
            case List<?> list -> list.stream().map(each -> to(build, each)).toList();
            case Optional<?> optional -> optional.map(each -> to(build, each));
            default -> value;
        };
    }

    private static Object remade(@Nullable ClassLoader build, Record value) {
        try {
            Class<?> type = Class.forName(value.getClass().getName(), true, build);
            Shape shape = SHAPES.get(type);
            Object[] components = new Object[shape.accessors().size()];
            for (int i = 0; i < components.length; i++) {
                components[i] = to(build, shape.accessors().get(i).invoke(value));
            }
            return shape.constructor().newInstance(components);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("it refuses " + value + ": " + e.getCause(), e);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            throw new IllegalStateException("it does not know " + value + " (" + e + ")", e);
        }
    }

    private static Shape shape(Class<?> from, Class<?> to) throws NoSuchMethodException {
        RecordComponent[] wanted = to.getRecordComponents();
        Constructor<?> constructor = to.getDeclaredConstructor(
                Arrays.stream(wanted).map(RecordComponent::getType).toArray(Class<?>[]::new));
        Method[] accessors = new Method[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            accessors[i] = from.getMethod(wanted[i].getName());
        }
        return new Shape(List.of(accessors), constructor);
    }

    private static Object constant(@Nullable ClassLoader build, Enum<?> value) {
        String type = value.getDeclaringClass().getName();
        try {
            for (Object constant : Class.forName(type, true, build).getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(value.name())) {
                    return constant;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("it does not know " + type, e);
        }
        throw new IllegalStateException("it does not know " + value + " of " + type);
    }
}
