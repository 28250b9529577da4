package dev.onsale.release.flags;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.onsale.runtime.OperatorError;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a flag is set to, it is a definition that can be evaluated, or refused with what is wrong. */
class DefinitionsFuzz {

    static Stream<Arguments> seeds() {
        return Stream.of(FlagDefinition.ofSwitch(false), FlagDefinition.ofSwitch(true), FlagDefinition.ofShare(25))
                .map(definition ->
                        Arguments.arguments((Object) definition.toString().getBytes(UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3s")
    void definition_isTakenOrRefused(byte[] text) {
        read(text);
    }

    @Tag("long")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1h")
    void definition_isTakenOrRefused_forAnHour(byte[] text) {
        read(text);
    }

    private static void read(byte[] text) {
        for (KnownFlag flag : KnownFlag.values()) {
            try {
                FlagDefinition.parse(flag.flag(), new String(text, UTF_8));
            } catch (OperatorError e) {
                if (String.valueOf(e.getMessage()).isBlank()) {
                    throw new AssertionError("refused without a reason", e);
                }
            }
        }
    }
}
