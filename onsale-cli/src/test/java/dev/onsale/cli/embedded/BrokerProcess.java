package dev.onsale.cli.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker in a process of its own, for a test to kill. Prints its port when it is ready. */
final class BrokerProcess {

    private BrokerProcess() {}

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        DataFolder folder = DataFolder.lock(Path.of(args[0]));
        folder.describeHolder("process " + ProcessHandle.current().pid());
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, failed::countDown);
        System.out.println(broker.port());
        System.out.flush();
        failed.await();
        Runtime.getRuntime().halt(1);
    }
}
