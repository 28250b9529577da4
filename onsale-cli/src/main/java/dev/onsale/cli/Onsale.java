package dev.onsale.cli;

import dev.onsale.cli.canary.CanaryCommand;
import dev.onsale.cli.deadletters.DeadLettersCommand;
import dev.onsale.cli.demo.DemoCommand;
import dev.onsale.cli.doctor.DoctorCommand;
import dev.onsale.cli.fallback.FallbackCommand;
import dev.onsale.cli.flags.FlagsCommand;
import dev.onsale.cli.rehearse.RehearseSwitchCommand;
import dev.onsale.cli.release.ReleaseCommand;
import dev.onsale.cli.simulate.SimulateCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The {@code onsale} command. */
@Command(
        name = "onsale",
        description =
                "Sell tickets when everybody wants them at once: nothing is sold or charged twice, and the log proves it.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Onsale.Version.class,
        usageHelpAutoWidth = true)
public final class Onsale {

    private Onsale() {}

    public static void main(String[] args) {
        Logging.configure(args.length > 0 ? args[0] : "", System.getenv());
        int exitCode = commandLine(System.getenv()).execute(args);
        // Not System.exit alone: what was printed must be out before the process is gone.
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().exit(exitCode);
    }

    /** The command with all its subcommands; errors are told as {@link Failures} says. */
    public static CommandLine commandLine(Map<String, String> environment) {
        CommandLine onsale = new CommandLine(new Onsale())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new UpCommand())
                .addSubcommand(new OpenCommand())
                .addSubcommand(new BuyCommand())
                .addSubcommand(new AuditCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new ImportCommand())
                .addSubcommand(new FallbackCommand())
                .addSubcommand(new ReplayCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new FlagsCommand())
                .addSubcommand(new DeadLettersCommand())
                .addSubcommand(new RehearseSwitchCommand())
                .addSubcommand(new CanaryCommand())
                .addSubcommand(new ReleaseCommand())
                .addSubcommand(new SimulateCommand())
                .addSubcommand(new CheckoutCommand.Faults())
                .addSubcommand(new CheckoutCommand.Bench())
                .addSubcommand(new TopicsCommand())
                .addSubcommand(new HelpCommand());
        Failures failures = new Failures("1".equals(environment.get("ONSALE_DEBUG")));
        onsale.setExecutionExceptionHandler(failures::execution);
        onsale.setParameterExceptionHandler(failures::parameters);
        onsale.setExecutionStrategy(new WithoutSubcommand());
        return onsale;
    }

    /** Help instead of nothing when a command group is called by itself. */
    private static final class WithoutSubcommand implements CommandLine.IExecutionStrategy {
        @Override
        public int execute(CommandLine.ParseResult result) {
            List<CommandLine> called = result.asCommandLineList();
            CommandLine last = called.getLast();
            boolean group = !(last.getCommand() instanceof java.util.concurrent.Callable<?>)
                    && !(last.getCommand() instanceof Runnable);
            if (group && CommandLine.executeHelpRequest(result) == null) {
                PrintWriter out = last.getErr();
                last.usage(out);
                return last.getCommandSpec().exitCodeOnUsageHelp() + CommandLine.ExitCode.USAGE;
            }
            return new CommandLine.RunLast().execute(result);
        }
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            @Nullable String version = Onsale.class.getPackage().getImplementationVersion();
            return new String[] {
                "onsale " + (version == null ? "(not from a jar)" : version) + ", Kafka " + AppInfoParser.getVersion()
                        + ", Java " + Runtime.version().feature()
            };
        }
    }
}
