package dev.onsale.payments.simulator;

import dev.onsale.runtime.Program;

/** The simulator as a program of its own. */
public final class SimulatorMain {

    private SimulatorMain() {}

    public static void main(String[] args) {
        Program.run(
                "gateway-simulator",
                args,
                (settings, failed) -> GatewaySimulator.start(SimulatorConfig.from(settings)));
    }
}
