package dev.onsale.audit;

import dev.onsale.domain.Decider;
import dev.onsale.domain.Stamp;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Who else may decide recorded commands: another build's domain, in a class loader of its own, or another variant of this one. */
public final class OtherBuild implements AutoCloseable {

    private static final String DOMAIN = "dev.onsale.domain.";
    private static final List<String> VARIANTS = List.of(Stamp.STABLE, Stamp.CANDIDATE);

    private final String name;
    private final String variant;
    private final Optional<DomainLoader> loader;

    private OtherBuild(String name, String variant, Optional<DomainLoader> loader) {
        this.name = name;
        this.variant = variant;
        this.loader = loader;
    }

    /** Another variant of this build. @throws OperatorError when it has none by that name */
    public static OtherBuild variant(String name) {
        if (!VARIANTS.contains(name)) {
            throw new OperatorError("This build has no variant '" + name + "'; name one of "
                    + String.join(", ", VARIANTS) + ", or another build with --build.");
        }
        return new OtherBuild("variant " + name, name, Optional.empty());
    }

    /**
     * Another build, which decides with the variants that were recorded.
     *
     * @param jar its inventory-domain jar, or a service's jar with that one in {@code lib/} beside it
     * @throws OperatorError when there is no decider in it
     */
    public static OtherBuild jar(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new OperatorError("There is no file " + jar + "; name the jar of another build with --build.");
        }
        var loader = new DomainLoader(jars(jar));
        if (loader.findResource(Decider.class.getName().replace('.', '/') + ".class") == null) {
            throw new OperatorError(
                    "There is no decider in " + jar + "; name the inventory-domain jar of the other build,"
                            + " or its inventory-stream jar with lib/ beside it.");
        }
        return new OtherBuild(jar.toString(), "", Optional.of(loader));
    }

    private static URL[] jars(Path jar) {
        List<Path> jars = new ArrayList<>(List.of(jar));
        Path lib = jar.resolveSibling("lib");
        if (Files.isDirectory(lib)) {
            try (DirectoryStream<Path> domains = Files.newDirectoryStream(lib, "inventory-domain-*.jar")) {
                domains.forEach(jars::add);
            } catch (IOException e) {
                throw new OperatorError("The folder " + lib + " cannot be read (" + e.getMessage() + ").", e);
            }
        }
        return jars.stream().map(OtherBuild::url).toArray(URL[]::new);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * A section that is not on sale yet.
     *
     * @param kept finds an order by id, as it was before the command under way
     * @throws OperatorError when the other build is too different to be asked
     */
    OtherSection section(Function<String, Optional<? extends Record>> kept) {
        if (loader.isEmpty()) {
            return new RivalSection(kept, variant);
        }
        try {
            return (OtherSection) loader.get()
                    .loadClass(RivalSection.class.getName())
                    .getConstructor(Function.class, String.class)
                    .newInstance(kept, variant);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw tooDifferent(e);
        }
    }

    OperatorError tooDifferent(Throwable cause) {
        return new OperatorError(
                "The decider of " + name + " is too different to be asked by this build (" + cause
                        + "); replay with the newer of the two builds' onsale, or audit each build's own log.",
                cause);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        loader.ifPresent(open -> {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Takes the domain from the other build, and {@link RivalSection} once more, so that it works with that domain. */
    private static final class DomainLoader extends URLClassLoader {

        DomainLoader(URL[] jars) {
            super(jars, OtherBuild.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean rival =
                    name.equals(RivalSection.class.getName()) || name.startsWith(RivalSection.class.getName() + "$");
            if (!rival && !name.startsWith(DOMAIN)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return rival ? again(name) : findClass(name);
            }
        }

        private Class<?> again(String name) throws ClassNotFoundException {
            try (InputStream in = OtherBuild.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
