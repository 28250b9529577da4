package dev.onsale.cli.doctor;

import static dev.onsale.cli.doctor.Finding.fail;
import static dev.onsale.cli.doctor.Finding.ok;
import static dev.onsale.cli.doctor.Finding.warn;

import dev.onsale.cli.doctor.Cluster.SeenGroup;
import dev.onsale.cli.doctor.Cluster.SeenTopic;
import dev.onsale.inventory.InventoryService;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.server.common.MetadataVersion;

/** What must be true of a cluster, and why it matters. Each check gives at least one finding. */
final class Checks {

    /** With KIP-890, without which a transaction of a dead decider could swallow a later one's records. */
    private static final short TRANSACTION_VERSION = 2;
    /** Copies from which on one broker may be lost without losing an acknowledged record. */
    private static final int SAFE_COPIES = 3;
    /** More waiting commands than this are worth a word: about a second's work. */
    private static final long LONG_QUEUE = 10_000;

    private static final Map<String, String> SHARE_GROUP =
            Map.of("share.isolation.level", "read_committed", "share.auto.offset.reset", "earliest");
    private static final Map<String, String> SHARE_GROUP_REASONS = Map.of(
            "share.isolation.level",
            "it would charge for decisions that were never made",
            "share.auto.offset.reset",
            "it would skip payments from before its first start");

    private Checks() {}

    static List<Finding> of(Cluster cluster) {
        List<Finding> findings = new ArrayList<>();
        findings.add(brokers(cluster));
        findings.addAll(features(cluster.features()));
        findings.add(existence(cluster));
        findings.addAll(settings(cluster));
        findings.add(partitions(cluster));
        findings.addAll(copies(cluster));
        findings.addAll(shareGroup(cluster.shareGroupSettings()));
        findings.addAll(decider(cluster));
        return findings;
    }

    private static Finding brokers(Cluster cluster) {
        String what = cluster.brokers() + (cluster.brokers() == 1 ? " broker answers" : " brokers answer")
                + ", cluster " + cluster.clusterId();
        return cluster.brokers() >= SAFE_COPIES
                ? ok(what)
                : warn(what, "for production run at least 3, so that one may be lost");
    }

    static List<Finding> features(Map<String, Short> levels) {
        List<Finding> findings = new ArrayList<>();
        Short metadata = levels.get("metadata.version");
        findings.add(
                metadata == null
                        ? fail("metadata.version is not finalized", "run KRaft brokers of Kafka 4.2 or later")
                        : ok("metadata.version is " + metadataVersion(metadata)));
        short transactions = levels.getOrDefault("transaction.version", (short) 0);
        findings.add(
                transactions >= TRANSACTION_VERSION
                        ? ok("transaction.version is " + transactions)
                        : fail(
                                "transaction.version is " + transactions + ", so decisions are not exactly-once",
                                upgrade("transaction.version", TRANSACTION_VERSION)));
        short shares = levels.getOrDefault("share.version", (short) 0);
        findings.add(
                shares >= 1
                        ? ok("share.version is " + shares)
                        : fail(
                                "share.version is " + shares + ", so payment workers cannot share the work",
                                upgrade("share.version", 1)
                                        + ", or set payments.source=consumer for every payment worker"));
        return findings;
    }

    private static String metadataVersion(short level) {
        try {
            return MetadataVersion.fromFeatureLevel(level).toString();
        } catch (RuntimeException e) {
            // A cluster newer than this program.
            return "level " + level;
        }
    }

    private static String upgrade(String feature, int level) {
        return "run kafka-features.sh --bootstrap-server HOST:PORT upgrade --feature " + feature + "=" + level;
    }

    static Finding existence(Cluster cluster) {
        List<String> missing = cluster.missing(Topics.settings().keySet());
        return missing.isEmpty()
                ? ok("all " + Topics.settings().size() + " topics exist")
                : fail(
                        "missing topics: " + String.join(", ", missing),
                        "run ./onsale topics create --bootstrap HOST:PORT --partitions N --replication-factor R");
    }

    static List<Finding> settings(Cluster cluster) {
        List<Finding> findings = new ArrayList<>();
        Topics.settings().forEach((name, wanted) -> {
            SeenTopic topic = cluster.topics().get(name);
            if (topic != null) {
                new TreeMap<>(wanted).forEach((key, value) -> {
                    if (!topic.setting(key).equals(value)) {
                        findings.add(fail(
                                name + " has " + key + "=" + topic.setting(key) + ", not " + value,
                                "run kafka-configs.sh --bootstrap-server HOST:PORT --alter --topic " + name
                                        + " --add-config " + key + "=" + value));
                    }
                });
            }
        });
        Look.CHANGELOGS.forEach(name -> {
            SeenTopic topic = cluster.topics().get(name);
            if (topic != null && !topic.setting("cleanup.policy").equals("compact")) {
                findings.add(fail(
                        name + " has cleanup.policy=" + topic.setting("cleanup.policy")
                                + ", which deletes state by time",
                        "run kafka-configs.sh --bootstrap-server HOST:PORT --alter --topic " + name
                                + " --add-config cleanup.policy=compact"));
            }
        });
        return findings.isEmpty() ? List.of(ok("topic settings are as they must be")) : findings;
    }

    /** The changelogs remember with how many partitions the decider first ran, so a later change shows. */
    static Finding partitions(Cluster cluster) {
        List<String> alike = new ArrayList<>(List.of(Topics.COMMANDS.name(), Topics.EVENTS.name()));
        alike.addAll(Look.CHANGELOGS);
        Map<String, Integer> counts = cluster.partitions(alike);
        Set<Integer> distinct = new TreeSet<>(counts.values());
        if (distinct.size() > 1) {
            return fail(
                    "the partition counts differ: " + counts,
                    "partitions were added after the first start, which moves sections to other partitions: stop the"
                            + " sale, create topics with the first count, and copy the records section by section");
        }
        return counts.isEmpty()
                ? warn("no partitions to compare", "create the topics")
                : ok("commands, events and state have " + distinct.iterator().next() + " partitions");
    }

    static List<Finding> copies(Cluster cluster) {
        List<Finding> findings = new ArrayList<>();
        Set<String> few = new TreeSet<>();
        Set<String> unsafe = new TreeSet<>();
        new TreeMap<>(cluster.topics()).forEach((name, topic) -> {
            int least = minInSync(topic);
            if (topic.inSyncReplicas() == 0) {
                findings.add(fail(
                        name + " has a partition without a leader",
                        "start the brokers that hold it; nothing is written to it until then"));
            } else if (topic.inSyncReplicas() < least) {
                findings.add(fail(
                        name + " has a partition with " + topic.inSyncReplicas() + " in-sync copies, fewer than"
                                + " min.insync.replicas=" + least,
                        "start the brokers that hold it; writes to it are refused until then"));
            } else if (topic.inSyncReplicas() < topic.replicas()) {
                findings.add(warn(
                        name + " has a partition with " + topic.inSyncReplicas() + " of " + topic.replicas()
                                + " copies in sync",
                        "see which broker is away or behind"));
            }
            if (topic.replicas() < SAFE_COPIES) {
                few.add(name);
            } else if (least < 2) {
                unsafe.add(name);
            }
        });
        if (!few.isEmpty()) {
            findings.add(warn(
                    few.size() + " topics have fewer than 3 copies",
                    "good for one machine; in production create them with --replication-factor 3"));
        }
        if (!unsafe.isEmpty()) {
            findings.add(warn(
                    "min.insync.replicas is 1 for " + String.join(", ", unsafe)
                            + ", so an acknowledged record may be lost with one broker",
                    "set it to 2 with kafka-configs.sh"));
        }
        return findings.isEmpty() ? List.of(ok("every partition has its copies in sync")) : findings;
    }

    private static int minInSync(SeenTopic topic) {
        String least = topic.setting("min.insync.replicas");
        return least.isEmpty() ? 1 : Integer.parseInt(least);
    }

    static List<Finding> shareGroup(Map<String, String> settings) {
        String group = Groups.PAYMENTS_SHARE;
        List<Finding> findings = new ArrayList<>();
        new TreeMap<>(SHARE_GROUP).forEach((key, wanted) -> {
            String seen = settings.getOrDefault(key, "");
            if (!seen.equals(wanted)) {
                findings.add(fail(
                        "share group " + group + " has " + key + "=" + (seen.isEmpty() ? "(not set)" : seen) + ", so "
                                + SHARE_GROUP_REASONS.get(key),
                        "start a payment worker, which sets it, or run kafka-configs.sh --bootstrap-server HOST:PORT"
                                + " --alter --group " + group + " --add-config " + key + "=" + wanted));
            }
        });
        return findings.isEmpty()
                ? List.of(ok("share group " + group + " reads committed requests from the first on"))
                : findings;
    }

    static List<Finding> decider(Cluster cluster) {
        String id = InventoryService.APPLICATION_ID;
        if (cluster.decider().isEmpty()) {
            return List.of(warn("the decider (group " + id + ") has never run", "start inventory-stream"));
        }
        SeenGroup group = cluster.decider().get();
        List<Finding> findings = new ArrayList<>();
        findings.add(
                group.members() > 0
                        ? ok("the decider has " + group.members() + " members, group state " + group.state())
                        : fail("no decider runs, so nothing is decided", "start inventory-stream"));
        if (group.lag().isEmpty()) {
            findings.add(warn("the decider has committed nothing yet", "look again after the first order"));
        } else {
            long lag = group.lag().getAsLong();
            findings.add(
                    lag <= LONG_QUEUE
                            ? ok(lag + " records wait for the decider")
                            : warn(
                                    lag + " records wait for the decider",
                                    "see whether it is stuck; if not, add instances of inventory-stream"));
        }
        return findings;
    }
}
