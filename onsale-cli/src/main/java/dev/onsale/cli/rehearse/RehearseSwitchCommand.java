package dev.onsale.cli.rehearse;

import dev.onsale.cli.story.Stage;
import dev.onsale.cli.story.Stage.Scene;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.flags.KnownFlag.Kind;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onsale rehearse-switch}. */
@Command(
        name = "rehearse-switch",
        description =
                "Try kill switches before the night, one after the other: starts everything on free ports and in a temporary folder, with"
                        + " two instances of order-service and buyers who keep buying; kills, checks what the switch promises,"
                        + " restores, audits, and leaves nothing behind.",
        footer = "%nExit codes: 0 every switch did what it promises, 1 one did not, 2 could not run.")
public final class RehearseSwitchCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            arity = "1..*",
            description = "sales, sales.EVENT, payments, candidate or admission; or several of them.")
    List<String> names = List.of();

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often sales are killed and restored, to see how long it takes at worst."
                    + " Default: ${DEFAULT-VALUE}.")
    int times;

    @Override
    public Integer call() throws InterruptedException {
        if (times < 1 || times > 10_000) {
            throw new OperatorError("--times is " + times + " but must be from 1 to 10000.");
        }
        names.forEach(RehearseSwitchCommand::killSwitch);
        for (String name : names) {
            if (rehearse(name) != 0) {
                return 1;
            }
        }
        return 0;
    }

    private static KnownFlag killSwitch(String name) {
        KnownFlag known = KnownFlag.of(name);
        if (known.kind() != Kind.SWITCH) {
            throw new OperatorError("The flag " + name + " is no kill switch; rehearse sales, sales.EVENT, payments,"
                    + " candidate or admission.");
        }
        return known;
    }

    private int rehearse(String name) throws InterruptedException {
        KnownFlag known = killSwitch(name);
        return Stage.run(
                System.out,
                known == KnownFlag.ADMISSION ? AdmissionRehearsal.SETTINGS : Map.of(),
                scene -> perform(scene, name, known),
                "The switch " + name + " does what it promises.");
    }

    private void perform(Scene scene, String name, KnownFlag known) throws InterruptedException {
        try (Instances instances = Instances.of(scene);
                Switch killSwitch = new Switch(scene.stack().adminUrl(), name)) {
            switch (known) {
                case PAYMENTS -> new PaymentsRehearsal(scene.story(), instances, killSwitch).run();
                case CANDIDATE -> new CandidateRehearsal(scene, instances, killSwitch).run();
                case ADMISSION -> new AdmissionRehearsal(scene.story(), instances, killSwitch).run();
                default -> new SalesRehearsal(scene.story(), instances, killSwitch).run(times);
            }
        }
    }
}
