package dev.onsale.cli.rehearse;

import dev.onsale.cli.story.Stage;
import dev.onsale.cli.story.Stage.Scene;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.flags.KnownFlag.Kind;
import dev.onsale.runtime.OperatorError;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onsale rehearse-switch}. */
@Command(
        name = "rehearse-switch",
        description =
                "Try a kill switch before the night: starts everything on free ports and in a temporary folder, with"
                        + " two instances of order-service and buyers who keep buying; kills, checks what the switch promises,"
                        + " restores, audits, and leaves nothing behind.",
        footer = "%nExit codes: 0 the switch did what it promises, 1 it did not, 2 could not run.")
public final class RehearseSwitchCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "sales, sales.EVENT, payments, candidate or admission.")
    String name = "";

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often sales are killed and restored, to see how long it takes at worst."
                    + " Default: ${DEFAULT-VALUE}.")
    int times;

    @Override
    public Integer call() throws InterruptedException {
        KnownFlag known = KnownFlag.of(name);
        if (known.kind() != Kind.SWITCH) {
            throw new OperatorError("The flag " + name + " is no kill switch; rehearse sales, sales.EVENT, payments,"
                    + " candidate or admission.");
        }
        if (times < 1 || times > 10_000) {
            throw new OperatorError("--times is " + times + " but must be from 1 to 10000.");
        }
        return Stage.run(
                System.out,
                known == KnownFlag.ADMISSION ? AdmissionRehearsal.SETTINGS : Map.of(),
                scene -> perform(scene, known),
                "The switch " + name + " does what it promises.");
    }

    private void perform(Scene scene, KnownFlag known) throws InterruptedException {
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
