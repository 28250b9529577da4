package dev.onsale.release.flags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlagDefinitionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sales     | {                                                                                         | is not JSON
            sales     | []                                                                                        | one JSON object
            sales     | {"state":"ON"}                                                                            | ENABLED or DISABLED
            sales     | {"state":"ENABLED"}                                                                       | must have variants
            sales     | {"state":"ENABLED","variants":{"on":"yes"},"defaultVariant":"on"}                          | true or false, not "yes"
            sales     | {"state":"ENABLED","variants":{"on":true},"defaultVariant":"off"}                           | names 'off'
            sales     | {"state":"ENABLED","variants":{"on":true},"defaultVariant":"on","targeting":{"fractinal":[]}} | flagd's schema
            allocator | {"state":"ENABLED","variants":{"new":"candidate2"},"defaultVariant":"new"}                  | "stable" or "candidate"
            allocator | {"state":"ENABLED","variants":{"s":"stable"},"defaultVariant":"s","targeting":{"fractional":[["c",5],["s",95]]}} | gives a fraction to "c"
            slaes     | {"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}                           | No flag is named 'slaes'
            sales.a/b | {"state":"ENABLED","variants":{"on":true},"defaultVariant":"on"}                           | No flag is named 'sales.a/b'
            """)
    void definition_isRefused_inOneSentence(String flag, String definition, String saying) {
        String said = assertThrows(OperatorError.class, () -> FlagDefinition.parse(flag, definition))
                .getMessage();
        assertTrue(String.valueOf(said).contains(saying), said);
        assertTrue(String.valueOf(said).endsWith("."), said);
        assertTrue(String.valueOf(said).length() < 400, said);
    }

    @Test
    void madeDefinitions_areValid() {
        for (boolean on : new boolean[] {true, false}) {
            FlagDefinition.requireValid("sales.rock-night", FlagDefinition.ofSwitch(on));
        }
        for (int percent : new int[] {0, 5, 100}) {
            JsonNode definition = FlagDefinition.ofShare(percent);
            FlagDefinition.requireValid("allocator", definition);
            assertEquals(definition, FlagDefinition.parse("allocator", definition.toString()));
        }
        assertThrows(OperatorError.class, () -> FlagDefinition.ofShare(101));
    }

    @Test
    void change_isRefused_whenNobodyOrNoReasonIsNamed() {
        for (List<String> blank : List.of(List.of("", "rain"), List.of("ada", " "))) {
            OperatorError error = assertThrows(
                    OperatorError.class,
                    () -> FlagChange.now("sales", null, FlagDefinition.ofSwitch(false), blank.get(0), blank.get(1)));
            assertTrue(String.valueOf(error.getMessage()).startsWith("Every change says wh"), error.getMessage());
        }
    }
}
