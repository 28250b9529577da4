package dev.onsale.runtime;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    enum Protocol {
        CLASSIC,
        SHARE_GROUP
    }

    @TempDir
    private Path folder;

    private static Settings settings(String key, String value) {
        return Settings.of(Map.of(key, value));
    }

    private static String refusal(Runnable reading) {
        return String.valueOf(assertThrows(OperatorError.class, reading::run).getMessage());
    }

    @Test
    void defaults_hold_whenNothingIsSet() {
        Settings none = Settings.of(Map.of());
        assertEquals("x", none.text("a", "x"));
        assertEquals(8080, none.integer("http.port", 8080, 1, 65_535));
        assertEquals(true, none.flag("b", true));
        assertEquals(
                Duration.ofMillis(250),
                none.millis("wait.ms", Duration.ofMillis(250), Duration.ZERO, Duration.ofSeconds(60)));
        assertEquals(Protocol.CLASSIC, none.oneOf("protocol", Protocol.CLASSIC));
        assertEquals(Map.of("bootstrap.servers", "127.0.0.1:9092"), none.kafkaClient());
        assertDoesNotThrow(none::requireAllKnown);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "65535,65535", "8080,8080"})
    void integer_isRead_whenWithinItsBounds(String text, int number) {
        assertEquals(number, settings("http.port", text).integer("http.port", 8080, 1, 65_535));
    }

    static Stream<Arguments> invalid() {
        Consumer<Settings> port = settings -> settings.integer("key", 8080, 1, 65_535);
        Consumer<Settings> flag = settings -> settings.flag("key", false);
        Consumer<Settings> wait =
                settings -> settings.millis("key", Duration.ofMillis(10), Duration.ofMillis(1), Duration.ofSeconds(60));
        Consumer<Settings> protocol = settings -> settings.oneOf("key", Protocol.CLASSIC);
        return Stream.of(
                arguments("0", port, "a whole number from 1 to 65535"),
                arguments("65536", port, "a whole number from 1 to 65535"),
                arguments("-1", port, "a whole number from 1 to 65535"),
                arguments("99999999999", port, "a whole number from 1 to 65535"),
                arguments("8080 ", port, "a whole number from 1 to 65535"),
                arguments("80.5", port, "a whole number from 1 to 65535"),
                arguments("", port, "a whole number from 1 to 65535"),
                arguments("yes", flag, "true or false"),
                arguments("TRUE", flag, "true or false"),
                arguments("0", wait, "a whole number from 1 to 60000"),
                arguments("60001", wait, "a whole number from 1 to 60000"),
                arguments("streams", protocol, "one of classic, share_group"),
                arguments("CLASSIC", protocol, "one of classic, share_group"));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void value_isRefusedWithWhatWouldBeValid_whenItIsNot(String value, Consumer<Settings> read, String valid) {
        assertEquals(
                "The setting key is '" + value + "' but must be " + valid + ".",
                refusal(() -> read.accept(settings("key", value))));
    }

    @ParameterizedTest
    @CsvSource({"classic,CLASSIC", "share_group,SHARE_GROUP"})
    void constant_isRead_whenInLowerCase(String text, Protocol protocol) {
        assertEquals(protocol, settings("protocol", text).oneOf("protocol", Protocol.CLASSIC));
    }

    @Test
    void requiredText_isRefusedWithItsMeaning_whenMissing() {
        assertEquals(
                "The setting stripe.key is missing; set it to the secret key of the gateway.",
                refusal(() -> Settings.of(Map.of()).requiredText("stripe.key", "the secret key of the gateway")));
    }

    @ParameterizedTest
    @CsvSource({"http.prot,http.port", "HTTP.PORT,http.port", "boostrap.servers,bootstrap.servers"})
    void unknownKey_isRefusedWithTheNearest(String given, String nearest) {
        Settings settings = settings(given, "1");
        settings.integer("http.port", 8080, 1, 65_535);
        settings.flag("sse.enabled", true);
        settings.kafkaClient();
        assertEquals(
                "The setting " + given + " is unknown; did you mean " + nearest + "?",
                refusal(settings::requireAllKnown));
    }

    @Test
    void kafkaSetting_goesToTheClient_withoutItsPrefix() {
        Settings settings = Settings.of(Map.of("bootstrap.servers", "kafka:9092", "kafka.security.protocol", "SSL"));
        assertEquals(Map.of("bootstrap.servers", "kafka:9092", "security.protocol", "SSL"), settings.kafkaClient());
        assertDoesNotThrow(settings::requireAllKnown);
    }

    @Test
    void kafkaSetting_isRefusedWithTheNearest_whenNoClientHasIt() {
        assertEquals(
                "The setting kafka.security.protocoll is unknown; did you mean kafka.security.protocol?",
                refusal(() -> settings("kafka.security.protocoll", "SSL").kafkaClient()));
    }

    @Test
    void commandLine_overridesEnvironment_whichOverridesTheFile() throws IOException {
        Path file = write("a = file\nb = file\nc = file  \n# a comment\n");
        Settings settings = Settings.fromCommandLine(
                new String[] {"--config", file.toString(), "--a", "line"},
                Map.of("ONSALE_A", "environment", "ONSALE_B", "environment", "PATH", "/bin"));
        assertEquals("line", settings.text("a", ""));
        assertEquals("environment", settings.text("b", ""));
        assertEquals("file", settings.text("c", ""));
        assertDoesNotThrow(settings::requireAllKnown, "other environment variables are none of ours");
    }

    @Test
    void environment_namesKeysInUpperCaseWithUnderscores() {
        Settings settings = Settings.fromCommandLine(new String[0], Map.of("ONSALE_SCHEMA_REGISTRY_URL", "http://r"));
        assertEquals("http://r", settings.text("schema.registry.url", ""));
    }

    @Test
    void unknownKeyOfTheEnvironment_isRefused() {
        Settings settings = Settings.fromCommandLine(new String[0], Map.of("ONSALE_HTTP_PROT", "1"));
        settings.integer("http.port", 8080, 1, 65_535);
        assertEquals("The setting http.prot is unknown; did you mean http.port?", refusal(settings::requireAllKnown));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http.port", "8080", "-http.port 8080", "http.port 8080", "--a 1 b 2"})
    void options_areRefused_whenTheyAreNoPairs(String line) {
        assertTrue(refusal(() -> Settings.fromCommandLine(line.split(" ", -1), Map.of()))
                .startsWith("Options come in pairs"));
    }

    @Test
    void options_areRefused_withoutTellingWhatMayBeASecret() {
        String line = "--http.port --admin.token s3cret --a 1";
        assertEquals(
                "Options come in pairs, --config FILE or --KEY VALUE; look at what follows --http.port.",
                refusal(() -> Settings.fromCommandLine(line.split(" ", -1), Map.of())));
    }

    @Test
    void file_isRefusedByName_whenItDoesNotExist() {
        Path missing = folder.resolve("missing.properties");
        String said = refusal(() -> Settings.readFile(missing));
        assertTrue(said.startsWith("The configuration file " + missing + " cannot be read"), said);
    }

    @Test
    void file_isRefusedByName_whenItIsAFolder() {
        assertTrue(refusal(() -> Settings.readFile(folder)).contains(folder.toString()));
    }

    @Test
    void file_isRefused_whenItIsNoPropertiesFile() throws IOException {
        Path badEscape = write("a = \\u00zz\n");
        assertTrue(refusal(() -> Settings.readFile(badEscape)).contains(badEscape.toString()));
        Path latin1 = Files.write(folder.resolve("latin1"), "a = größe".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refusal(() -> Settings.readFile(latin1)).endsWith("in UTF-8."));
    }

    @ParameterizedTest
    @CsvSource({"'','',0", "a,'',1", "http.port,http.prot,2", "kitten,sitting,3", "abc,abc,0"})
    void distance_countsInsertionsDeletionsAndReplacements(String a, String b, int distance) {
        assertEquals(distance, Settings.distance(a, b));
        assertEquals(distance, Settings.distance(b, a));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("onsale.properties"), text);
    }

    @Test
    void settings_beginningWithAPrefix_areAllKnown() {
        Settings settings = Settings.of(Map.of("flags.provider.url", "u", "flags.provider.a.b", "c", "other", "d"));
        assertEquals(Map.of("url", "u", "a.b", "c"), settings.beginningWith("flags.provider."));
        OperatorError error = assertThrows(OperatorError.class, settings::requireAllKnown);
        assertTrue(String.valueOf(error.getMessage()).startsWith("The setting other is unknown"), error.getMessage());
    }
}
