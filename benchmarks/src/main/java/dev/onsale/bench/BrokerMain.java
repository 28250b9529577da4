package dev.onsale.bench;

import dev.onsale.cli.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;

/** A broker in a process of its own, until its standard input ends, as it does when whoever started it is gone. */
final class BrokerMain {

    private BrokerMain() {}

    /** @param args the broker's folder */
    public static void main(String[] args) throws IOException {
        Quiet.logging();
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                Path.of(args[0]), 0, () -> Runtime.getRuntime().halt(1))) {
            System.out.println(broker.bootstrapServers());
            while (System.in.read() >= 0) {
                // Nothing is said to it.
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
