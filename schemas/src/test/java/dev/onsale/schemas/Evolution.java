package dev.onsale.schemas;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** What makes schemas fit to be changed later. Each check answers with its objections, for people; none: fine. */
final class Evolution {

    private Evolution() {}

    /** BACKWARD_TRANSITIVE: every version must read what any version before it wrote. */
    static List<String> incompatibilities(List<Schema> oldestFirst) {
        List<String> objections = new ArrayList<>();
        for (int reader = 1; reader < oldestFirst.size(); reader++) {
            for (int writer = 0; writer < reader; writer++) {
                var result = SchemaCompatibility.checkReaderWriterCompatibility(
                                oldestFirst.get(reader), oldestFirst.get(writer))
                        .getResult();
                for (Incompatibility found : result.getIncompatibilities()) {
                    objections.add("version " + (reader + 1) + " cannot read version " + (writer + 1) + ": "
                            + found.getType() + " at " + found.getLocation() + ": " + found.getMessage());
                }
            }
        }
        return objections;
    }

    static List<String> undocumented(Schema schema) {
        List<String> objections = new ArrayList<>();
        walk(schema, new HashSet<>(), named -> {
            if (isBlank(named.getDoc())) {
                objections.add(named.getFullName() + " has no doc");
            }
            if (named.getType() == Schema.Type.RECORD) {
                named.getFields().stream()
                        .filter(field -> isBlank(field.doc()))
                        .forEach(field -> objections.add(named.getFullName() + "." + field.name() + " has no doc"));
            }
        });
        return objections;
    }

    /** Without a default, a symbol of a newer schema makes a record unreadable. */
    static List<String> enumsWithoutDefault(Schema schema) {
        List<String> objections = new ArrayList<>();
        walk(schema, new HashSet<>(), named -> {
            if (named.getType() == Schema.Type.ENUM && !"UNKNOWN".equals(named.getEnumDefault())) {
                objections.add(named.getFullName() + " has the default " + named.getEnumDefault() + ", not UNKNOWN");
            }
        });
        return objections;
    }

    /** Only a nullable field, a collection or a scalar with a neutral value may be left out by who writes an older schema. */
    static List<String> optionalWithoutDefault(Schema schema) {
        List<String> objections = new ArrayList<>();
        walk(schema, new HashSet<>(), named -> {
            if (named.getType() == Schema.Type.RECORD) {
                named.getFields().stream()
                        .filter(field -> isOptional(field.schema()) && !field.hasDefaultValue())
                        .forEach(field -> objections.add(named.getFullName() + "." + field.name() + " has no default"));
            }
        });
        return objections;
    }

    private static boolean isOptional(Schema schema) {
        return schema.getType() == Schema.Type.ARRAY
                || schema.getType() == Schema.Type.MAP
                || (schema.getType() == Schema.Type.UNION && schema.isNullable());
    }

    private static boolean isBlank(@org.jspecify.annotations.Nullable String text) {
        return text == null || text.isBlank();
    }

    private static void walk(Schema schema, Set<String> seen, Consumer<Schema> named) {
        switch (schema.getType()) {
            case RECORD -> {
                if (seen.add(schema.getFullName())) {
                    named.accept(schema);
                    schema.getFields().forEach(field -> walk(field.schema(), seen, named));
                }
            }
            case ENUM, FIXED -> {
                if (seen.add(schema.getFullName())) {
                    named.accept(schema);
                }
            }
            case UNION -> schema.getTypes().forEach(type -> walk(type, seen, named));
            case ARRAY -> walk(schema.getElementType(), seen, named);
            case MAP -> walk(schema.getValueType(), seen, named);
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }
}
