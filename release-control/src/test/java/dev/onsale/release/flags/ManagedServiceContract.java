package dev.onsale.release.flags;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.release.flags.VendorServer.For;
import dev.onsale.release.flags.VendorServer.Share;
import dev.onsale.release.flags.VendorServer.Switch;
import dev.onsale.runtime.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a managed service must do for flags, whichever it is. Each vendor's own SDK runs it, configured by its sample in {@code
 * examples/flags} as that is, but for the address, which is that of a local server.
 */
@Timeout(60)
abstract class ManagedServiceContract {

    private final VendorServer vendor;
    private final String sample;
    private final boolean remembers;

    private final Map<String, JsonNode> topic = new HashMap<>();
    private final FlagdFeed feed = new FlagdFeed(() -> {});
    private Optional<Evaluation> opened = Optional.empty();

    /**
     * @param sample name of a file in {@code examples/flags}
     * @param remembers whether variants stay what the service said last while it is away; else they come from the topic
     */
    ManagedServiceContract(VendorServer vendor, String sample, boolean remembers) {
        this.vendor = vendor;
        this.sample = sample;
        this.remembers = remembers;
        feed.offer(topic);
    }

    @AfterEach
    void close() {
        opened.ifPresent(Evaluation::close);
        vendor.close();
    }

    private Evaluation open() {
        Settings settings = Settings.of(Settings.readFile(Path.of("..", "examples", "flags", sample)));
        FlagsConfig config = FlagsConfig.from(settings, Path.of("unused"));
        settings.requireAllKnown();
        Map<String, String> properties = new HashMap<>(config.providerProperties());
        properties.computeIfPresent(
                "url", (name, url) -> vendor.address() + URI.create(url).getRawPath());
        Evaluation evaluation =
                new Evaluation(feed, Optional.of(ProviderFactory.create(config.provider(), properties)));
        opened = Optional.of(evaluation);
        return evaluation;
    }

    private void topicSays(String flag, JsonNode definition) throws InterruptedException {
        topic.put(flag, definition);
        feed.offer(topic);
        assertTrue(opened.isEmpty() || feed.awaitStored(Duration.ofSeconds(10)));
    }

    @Test
    void switch_isOff_whenTheServiceOrTheTopicSaysSo() throws Exception {
        vendor.say("sales", new Switch(true));
        vendor.say("payments", new Switch(false));
        vendor.start();
        Evaluation evaluation = open();
        await().until(() -> !evaluation.on("payments"));
        assertTrue(evaluation.on("sales"));
        topicSays("sales", FlagDefinition.ofSwitch(false));
        assertFalse(evaluation.on("sales"), "what is thrown here is not overruled");
        topicSays("sales", FlagDefinition.ofSwitch(true));
        assertTrue(evaluation.on("sales"));
        vendor.say("sales", new Switch(false));
        vendor.say("payments", new Switch(true));
        await().until(() -> !evaluation.on("sales") && evaluation.on("payments"));
    }

    @Test
    void variant_isTheServices_sameForABuyerEachTime() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(100));
        vendor.say("allocator", new For("ada"));
        vendor.say("payments-path", new Share(50));
        vendor.start();
        Evaluation evaluation = open();
        await().until(() -> evaluation.variant("allocator", "bob"), "stable"::equals);
        assertEquals("candidate", evaluation.variant("allocator", "ada"));
        List<String> buyers = IntStream.range(0, 40).mapToObj(i -> "buyer-" + i).toList();
        List<String> variants = variants(evaluation, buyers);
        assertEquals(Set.of("stable", "candidate"), new TreeSet<>(variants));
        assertEquals(variants, variants(evaluation, buyers));
    }

    private static List<String> variants(Evaluation evaluation, List<String> buyers) {
        return buyers.stream()
                .map(buyer -> evaluation.variant("payments-path", buyer))
                .toList();
    }

    @Test
    void flag_comesFromTheTopic_whenTheServiceDoesNotKnowIt() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(100));
        topicSays("payments-path", FlagDefinition.ofShare(100));
        topicSays("admission", FlagDefinition.ofSwitch(false));
        vendor.say("allocator", new For("ada"));
        vendor.start();
        Evaluation evaluation = open();
        await().until(() -> evaluation.variant("allocator", "bob"), "stable"::equals);
        assertEquals("candidate", evaluation.variant("payments-path", "bob"));
        assertTrue(evaluation.on("sales"), "nobody says anything about it");
        assertFalse(evaluation.on("admission"));
        assertEquals("stable", evaluation.variant("allocator", "bob"), "the service is still asked");
    }

    @Test
    void topicAnswersAtOnce_whenTheServiceIsAwayAtTheStart_andTheServiceOnceItComes() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(100));
        vendor.say("allocator", new For("ada"));
        vendor.setDown(true);
        vendor.start();
        Evaluation evaluation = open();
        assertAnsweredFast(evaluation, "candidate");
        await().until(() -> {
            assertEquals("candidate", evaluation.variant("allocator", "bob"));
            return vendor.missed() > 0;
        });
        assertTrue(evaluation.on("sales"));
        vendor.setDown(false);
        await().until(() -> evaluation.variant("allocator", "bob"), "stable"::equals);
    }

    @Test
    void killedSwitchStaysKilled_andBuyersDoNotWait_whenTheServiceGoesAway() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(100));
        vendor.say("allocator", new For("ada"));
        vendor.say("sales", new Switch(false));
        vendor.start();
        Evaluation evaluation = open();
        await().until(() -> evaluation.variant("allocator", "bob"), "stable"::equals);
        assertFalse(evaluation.on("sales"));
        vendor.close();
        await().during(Duration.ofMillis(1_500)).until(() -> !evaluation.on("sales"));
        assertAnsweredFast(evaluation, remembers ? "stable" : "candidate");
    }

    @Test
    void topicAnswers_whenTheKeyIsWrong() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(100));
        vendor.say("allocator", new For("ada"));
        vendor.say("sales", new Switch(false));
        vendor.lockTo("another-key");
        vendor.start();
        Evaluation evaluation = open();
        await().until(() -> {
            assertEquals("candidate", evaluation.variant("allocator", "bob"));
            return vendor.refused() > 0;
        });
        assertTrue(evaluation.on("sales"));
    }

    private static void assertAnsweredFast(Evaluation evaluation, String variant) {
        long start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            assertEquals(variant, evaluation.variant("allocator", "bob"));
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis < 5_000, "a thousand evaluations took " + millis + " ms");
    }
}
