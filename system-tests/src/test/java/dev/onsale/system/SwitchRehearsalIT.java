package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.stack.OnsaleProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kill switch does what it promises, and its rehearsal says so. */
class SwitchRehearsalIT {

    @ParameterizedTest
    @ValueSource(strings = {"sales", "payments", "candidate", "admission"})
    void killSwitch_doesWhatItPromises(String name) {
        OnsaleProcess.Ended rehearsal = OnsaleProcess.run("rehearse-switch", name, "--times", "5");
        System.out.println(rehearsal.output());
        assertEquals(0, rehearsal.exitCode(), rehearsal.output());
        assertTrue(rehearsal.output().contains("PROVEN"), rehearsal.output());
    }
}
