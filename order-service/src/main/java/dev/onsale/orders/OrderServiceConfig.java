package dev.onsale.orders;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.orders.connections.ConnectionConfig;
import dev.onsale.orders.identity.TokenConfig;
import dev.onsale.orders.limit.LimitConfig;
import dev.onsale.orders.log.QueueBounds;
import dev.onsale.orders.tls.TlsConfig;
import dev.onsale.release.flags.FlagsConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can be set on order-service, validated.
 *
 * @param kafka properties for every Kafka client, among them {@code bootstrap.servers}
 * @param registryUrl URL of a schema registry; empty: schema ids are those in the jar
 * @param registryUser user for the registry; empty: none
 * @param registryPassword password for the registry
 * @param httpHost address of the public port
 * @param httpPort the public port; 0: a free one
 * @param adminHost address of the admin port
 * @param adminPort the admin port; 0: a free one
 * @param adminToken token that changing calls on the admin port must bear; empty: none is asked for
 * @param advertisedUrl {@code http://HOST:PORT} (with TLS {@code https}) under which other instances reach the public port;
 *     empty: {@code 127.0.0.1} and the port
 * @param stateDir folder of the view; keep it over restarts
 * @param instanceId name of this instance in the view's consumer group, the same over restarts; empty: one is made up and
 *     kept in the state folder
 * @param build which build this instance is of while two are compared
 * @param standbyReplicas copies of the view's partitions on other instances
 * @param replicationFactor of the view's changelog topics; -1: the broker's default
 * @param queue how long the queue may become before new orders are refused
 * @param buyerWaitingLimit calls of one buyer that may wait at the same time
 * @param produceTimeout how long the broker may take to take a command
 * @param cancelWait how long a cancellation waits for its outcome when the caller does not say
 * @param adminWait how long an organizer's call waits for its outcome
 * @param heartbeat pause between two comments in an event stream
 * @param drain how long a program that is to stop says that it is not ready and still takes calls: longer than load balancers
 *     need to notice
 * @param tokens what names a buyer; empty: the header that the API gateway sets
 * @param limits how often buyers and addresses may call
 * @param connections how many callers may be connected to a port, and how slow they may be
 * @param tls certificates and what is offered with them; empty: HTTP is plain
 * @param flags where flags come from
 * @param fallback where sales go on while the decider is away; empty: nowhere
 */
public record OrderServiceConfig(
        Map<String, Object> kafka,
        String registryUrl,
        String registryUser,
        String registryPassword,
        String httpHost,
        int httpPort,
        String adminHost,
        int adminPort,
        String adminToken,
        String advertisedUrl,
        Path stateDir,
        String instanceId,
        BuildVariant build,
        int standbyReplicas,
        int replicationFactor,
        QueueBounds queue,
        int buyerWaitingLimit,
        Duration produceTimeout,
        Duration cancelWait,
        Duration adminWait,
        Duration heartbeat,
        Duration drain,
        Optional<TokenConfig> tokens,
        LimitConfig limits,
        ConnectionConfig connections,
        Optional<TlsConfig> tls,
        FlagsConfig flags,
        Optional<DatabaseConfig> fallback) {

    private static final int MAX_PORT = 65_535;

    public OrderServiceConfig {
        kafka = Map.copyOf(kafka);
    }

    /** @throws OperatorError naming a setting that is invalid or unknown */
    public static OrderServiceConfig from(Settings settings) {
        Path stateDir = Path.of(settings.text("state.dir", "data/order-service"));
        Optional<TlsConfig> tls = TlsConfig.from(settings);
        OrderServiceConfig config = new OrderServiceConfig(
                settings.kafkaClient(),
                settings.text("schema.registry.url", ""),
                settings.text("schema.registry.user", ""),
                settings.text("schema.registry.password", ""),
                settings.text("http.host", "127.0.0.1"),
                settings.integer("http.port", 8080, 0, MAX_PORT),
                settings.text("admin.host", "127.0.0.1"),
                settings.integer("admin.port", 8081, 0, MAX_PORT),
                settings.text("admin.token", ""),
                advertised(settings.text("advertised.url", ""), tls.isPresent() ? "https" : "http"),
                stateDir,
                settings.text("instance.id", ""),
                settings.oneOf("build.variant", BuildVariant.STABLE),
                settings.integer("num.standby.replicas", 0, 0, 5),
                settings.integer("replication.factor", -1, -1, 10),
                QueueBounds.from(settings),
                settings.integer("buyer.waiting.limit", 20, 1, 100_000),
                settings.millis("produce.timeout.ms", Duration.ofSeconds(5), millis(500), Duration.ofMinutes(2)),
                settings.millis("cancel.wait.ms", Duration.ofSeconds(2), millis(0), Duration.ofMinutes(1)),
                settings.millis("admin.wait.ms", Duration.ofSeconds(15), millis(100), Duration.ofMinutes(5)),
                settings.millis("sse.heartbeat.ms", Duration.ofSeconds(15), millis(100), Duration.ofMinutes(5)),
                settings.millis("drain.ms", Duration.ofSeconds(5), millis(0), Duration.ofMinutes(2)),
                TokenConfig.from(settings),
                LimitConfig.from(settings),
                ConnectionConfig.from(settings),
                tls,
                FlagsConfig.from(settings, stateDir.resolve("flags.json")),
                DatabaseConfig.ifSet(settings));
        settings.requireAllKnown();
        requireTokenBeyondLoopback(config);
        return config;
    }

    private static void requireTokenBeyondLoopback(OrderServiceConfig config) {
        if (config.adminToken.isEmpty() && !isLoopback(config.adminHost)) {
            throw new OperatorError("The setting admin.host is '" + config.adminHost
                    + "', so others reach the admin port; set admin.token, which they must know to change anything.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether the admin port speaks TLS. */
    public boolean tlsOnAdminPort() {
        return tls.map(TlsConfig::admin).orElse(false);
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "order-service " + instanceId + " at " + httpHost + ":" + httpPort + ", admin port at " + adminHost + ":"
                + adminPort;
    }

    private static Duration millis(int millis) {
        return Duration.ofMillis(millis);
    }

    private static String advertised(String url, String scheme) {
        if (url.isEmpty()) {
            return url;
        }
        try {
            URI uri = new URI(url);
            if (scheme.equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getRawPath().isEmpty()) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new OperatorError("The setting advertised.url is '" + url + "' but must be " + scheme
                + "://HOST:PORT, as other instances of order-service reach this one.");
    }
}
