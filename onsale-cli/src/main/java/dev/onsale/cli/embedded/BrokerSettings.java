package dev.onsale.cli.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The settings of the embedded broker: Kafka's own, but for one machine and one process. */
final class BrokerSettings {

    static final int NODE_ID = 1;
    static final String BROKER_LISTENER = "CLIENTS";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private BrokerSettings() {}

    static Map<String, String> of(Path logDir, int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", logDir.toString());
        listeners(settings, port, controllerPort);
        internalTopics(settings);
        groups(settings);
        restarts(settings);
        oneMachine(settings);
        settings.put("auto.create.topics.enable", "false");
        return settings;
    }

    private static void listeners(Map<String, String> settings, int port, int controllerPort) {
        String controller = Ports.HOST + ":" + controllerPort;
        String broker = BROKER_LISTENER + "://" + Ports.HOST + ":" + port;
        settings.put("listeners", broker + "," + CONTROLLER_LISTENER + "://" + controller);
        settings.put("advertised.listeners", broker);
        settings.put(
                "listener.security.protocol.map", BROKER_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        settings.put("inter.broker.listener.name", BROKER_LISTENER);
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        // The voters are static, so that the controller may have another free port after every start.
        settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
    }

    private static void internalTopics(Map<String, String> settings) {
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
    }

    /** Every member is in this process: nobody else will join, and whoever falls silent is dead. */
    private static void groups(Map<String, String> settings) {
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a crash the dead members of the share group would keep partitions to themselves for this long.
        settings.put("group.share.min.session.timeout.ms", "1000");
        settings.put("group.share.session.timeout.ms", "4000");
        settings.put("group.share.min.heartbeat.interval.ms", "500");
        settings.put("group.share.heartbeat.interval.ms", "1000");
        settings.put("group.share.min.assignment.interval.ms", "0");
        settings.put("group.share.assignment.interval.ms", "100");
        settings.put("group.share.initialize.retry.interval.ms", "2000");
    }

    /** After a crash the new broker waits until the session of the dead one has ended. */
    private static void restarts(Map<String, String> settings) {
        settings.put("broker.heartbeat.interval.ms", "500");
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("initial.broker.registration.timeout.ms", "30000");
        settings.put("num.recovery.threads.per.data.dir", "2");
        settings.put("controlled.shutdown.enable", "false");
    }

    private static void oneMachine(Map<String, String> settings) {
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("group.coordinator.threads", "1");
        settings.put("share.coordinator.threads", "1");
        // A megabyte of this remembers 40,000 keys a pass; the default takes an eighth of the heap.
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
        settings.put("log.cleaner.io.buffer.size", "262144");
    }
}
