package dev.onsale.cli.rehearse;

import dev.onsale.cli.story.Stage;
import dev.onsale.cli.story.Stage.Scene;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.flags.KnownFlag.Kind;
import dev.onsale.runtime.OperatorError;
import java.util.LinkedHashMap;
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
                "Try kill switches before the night: starts everything on free ports and in a temporary folder, with two instances of"
                        + " order-service and buyers who keep buying; kills one switch after the other, checks what it promises,"
                        + " and restores it; audits, and leaves nothing behind.",
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
        Map<String, KnownFlag> switches = new LinkedHashMap<>();
        names.forEach(name -> switches.put(name, killSwitch(name)));
        return Stage.run(
                System.out,
                AdmissionRehearsal.SETTINGS,
                scene -> rehearse(scene, switches),
                switches.size() == 1
                        ? "The switch " + names.getFirst() + " does what it promises."
                        : "The switches " + String.join(", ", switches.keySet()) + " do what they promise.");
    }

    private static KnownFlag killSwitch(String name) {
        KnownFlag known = KnownFlag.of(name);
        if (known.kind() != Kind.SWITCH) {
            throw new OperatorError("The flag " + name + " is no kill switch; rehearse sales, sales.EVENT, payments,"
                    + " candidate or admission.");
        }
        return known;
    }

    private void rehearse(Scene scene, Map<String, KnownFlag> switches) throws InterruptedException {
        try (Instances instances = Instances.of(scene)) {
            for (Map.Entry<String, KnownFlag> each : switches.entrySet()) {
                try (Switch killSwitch = new Switch(scene.stack().adminUrl(), each.getKey())) {
                    rehearse(scene, instances, killSwitch, each.getValue());
                }
            }
        }
    }

    private void rehearse(Scene scene, Instances instances, Switch killSwitch, KnownFlag known)
            throws InterruptedException {
        switch (known) {
            case PAYMENTS -> new PaymentsRehearsal(scene.story(), instances, killSwitch).run();
            case CANDIDATE -> new CandidateRehearsal(scene, instances, killSwitch).run();
            case ADMISSION -> new AdmissionRehearsal(scene.story(), instances, killSwitch).run();
            default -> new SalesRehearsal(scene.story(), instances, killSwitch).run(times);
        }
    }
}
