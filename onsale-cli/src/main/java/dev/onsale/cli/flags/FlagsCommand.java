package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.release.flags.FlagJson;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.flags.KnownFlag.Kind;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onsale flags}: kill switches and canary flags. */
@Command(
        name = "flags",
        description = "Kill switches and canary flags: what they say, and changes to them while the sale runs.",
        subcommands = {
            FlagsCommand.ListAll.class,
            FlagsCommand.Get.class,
            FlagsCommand.Set.class,
            FlagsCommand.Kill.class,
            FlagsCommand.Restore.class,
            LogCommand.class
        })
public final class FlagsCommand {

    private static final String EXIT_CODES =
            "%nExit codes: 0 done (it says when it holds in one instance only), 2 not done.";

    @Command(name = "list", description = "Show every flag, who changed it last, when and why.", footer = EXIT_CODES)
    static final class ListAll implements Callable<Integer> {

        @Mixin
        FlagOptions options = new FlagOptions();

        @Override
        public Integer call() {
            try (FlagPlace place = options.open()) {
                options.print(place.all());
            }
            return 0;
        }
    }

    @Command(name = "get", description = "Show one flag and its definition.", footer = EXIT_CODES)
    static final class Get implements Callable<Integer> {

        @Mixin
        FlagOptions options = new FlagOptions();

        @Parameters(paramLabel = "NAME", description = "Such as sales, sales.rock-night or allocator.")
        String name = "";

        @Override
        public Integer call() {
            KnownFlag.of(name);
            try (FlagPlace place = options.open()) {
                Optional<JsonNode> changed = place.all().stream()
                        .filter(flag -> flag.path("name").asText().equals(name))
                        .findFirst();
                JsonNode flag = changed.orElseGet(() -> FlagJson.of(name, null));
                options.print(flag);
                if (!options.json) {
                    System.out.println(flag.path("meaning").asText());
                    System.out.println(flag.has("definition") ? flag.path("definition") : "No definition.");
                }
            }
            return 0;
        }
    }

    /** A change of a flag, which has an author and a reason. */
    abstract static class Change implements Callable<Integer> {

        @Mixin
        FlagOptions options = new FlagOptions();

        @Parameters(paramLabel = "NAME", description = "Such as sales, sales.rock-night or allocator.")
        String name = "";

        @Option(names = "--who", paramLabel = "NAME", description = "Who makes the change. Default: your user name.")
        String who = System.getProperty("user.name", "");

        @Option(names = "--why", paramLabel = "REASON", required = true, description = "Why; it is kept for ever.")
        String why = "";

        /** The definition to be; null: none. */
        abstract @Nullable JsonNode definition();

        @Override
        public Integer call() {
            try (FlagPlace place = options.open()) {
                options.print(place.change(name, definition(), who, why));
            }
            return 0;
        }

        void requireSwitch() {
            if (KnownFlag.of(name).kind() != Kind.SWITCH) {
                throw new OperatorError("The flag " + name + " is no kill switch; use flags set, such as --share 0.");
            }
        }
    }

    @Command(name = "kill", description = "Throw a kill switch.", footer = EXIT_CODES)
    static final class Kill extends Change {
        @Override
        JsonNode definition() {
            requireSwitch();
            return FlagDefinition.ofSwitch(false);
        }
    }

    @Command(name = "restore", description = "Switch on again what was killed.", footer = EXIT_CODES)
    static final class Restore extends Change {
        @Override
        JsonNode definition() {
            requireSwitch();
            return FlagDefinition.ofSwitch(true);
        }
    }

    @Command(name = "set", description = "Give a flag another definition.", footer = EXIT_CODES)
    static final class Set extends Change {

        @ArgGroup(multiplicity = "1")
        Definition wanted = new Definition();

        /** One of three. */
        static final class Definition {
            @Option(
                    names = "--share",
                    paramLabel = "PERCENT",
                    description = "The candidate for this share of the buyers, the same buyers each time.")
            @Nullable
            Integer share;

            @Option(names = "--definition", paramLabel = "FILE", description = "A definition in flagd's JSON.")
            @Nullable
            Path file;

            @Option(names = "--remove", description = "No definition: the default holds.")
            boolean remove;
        }

        @Override
        @Nullable
        JsonNode definition() {
            if (wanted.share != null) {
                return FlagDefinition.ofShare(wanted.share);
            }
            return wanted.file == null ? null : FlagDefinition.parse(name, read(wanted.file));
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new OperatorError("The file " + file + " cannot be read (" + e + "); name a file in UTF-8.", e);
            }
        }
    }
}
