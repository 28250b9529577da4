package dev.onsale.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.onsale.schemas.DeadLetters.Problem;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicsTest {

    /** Names and settings are a contract with whoever produces, consumes and runs the cluster. */
    @Test
    void catalogue_isTheOneInTheArchitecture() {
        Map<String, Map<String, String>> settings = Topics.settings();
        assertEquals(
                List.of(
                        "onsale.commands",
                        "onsale.events",
                        "onsale.orders",
                        "onsale.payments",
                        "onsale.flags",
                        "onsale.release-log",
                        "onsale.dead-letters"),
                List.copyOf(settings.keySet()));
        Map<String, String> ofSale =
                Map.of("cleanup.policy", "delete", "retention.ms", "-1", "message.timestamp.type", "LogAppendTime");
        assertEquals(ofSale, settings.get("onsale.commands"));
        assertEquals(ofSale, settings.get("onsale.events"));
        assertEquals(Map.of("cleanup.policy", "compact"), settings.get("onsale.orders"));
        // A payment request that is sent again must not look new.
        assertEquals(
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        "2592000000",
                        "message.timestamp.type",
                        "CreateTime"),
                settings.get("onsale.payments"));
    }

    @ParameterizedTest
    @EnumSource
    void deadLetter_saysWhatMendsIt(Problem problem) {
        Headers headers = DeadLetters.headers(problem, "what was found", "rock-night/A".getBytes(UTF_8));
        assertEquals(
                problem.name(), new String(headers.lastHeader("onsale.problem").value(), UTF_8));
        assertEquals(
                "what was found", new String(headers.lastHeader("onsale.detail").value(), UTF_8));
        assertEquals(
                problem.mend(), new String(headers.lastHeader("onsale.mend").value(), UTF_8));
        assertArrayEquals(
                "rock-night/A".getBytes(UTF_8),
                headers.lastHeader("onsale.source.key").value());
    }

    @Test
    void deadLetter_hasNoSourceKey_whenTheSourceHadNone() {
        assertNull(DeadLetters.headers(Problem.UNREADABLE, "", null).lastHeader("onsale.source.key"));
        assertEquals("onsale.commands/3/17", DeadLetters.key("onsale.commands", 3, 17));
    }
}
