package dev.onsale.inventory.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.onsale.inventory.Wire;
import dev.onsale.wire.Command;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is written to the command topic, the decider says what it is, and decides it or puts it aside. */
class CommandRecordsFuzz {

    private final Intake intake = new Intake(Wire.COMMANDS, 1);

    static Stream<Arguments> seeds() {
        return Stream.of(
                        Wire.open(2, 3, 60),
                        Wire.purchase("ada", "r1", 2),
                        Wire.reported("ada", "r1", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED))
                .map(command -> Arguments.arguments((Object) Wire.COMMANDS.toBytes(command)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3s")
    void record_isDecidedOrPutAside(byte[] value) {
        read(value);
    }

    @Tag("long")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1h")
    void record_isDecidedOrPutAside_forAnHour(byte[] value) {
        read(value);
    }

    private void read(byte[] value) {
        byte[] key = Wire.SECTION.toString().getBytes(StandardCharsets.UTF_8);
        if (intake.read(key, value, 0) instanceof Intake.Decidable(var section, Command command)) {
            LiveSection live = LiveSection.unknown(section, orderId -> Optional.empty());
            live.decide(Wire.open(2, 3, 60), 0, 0, 1);
            live.decide(command, 0, 1, 2);
        }
    }
}
