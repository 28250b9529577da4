package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.tampering.Damage;
import dev.onsale.tampering.RawLog;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found does not depend on how much is in memory. */
class RoomTest {

    private static final AuditOptions ALL = AuditOptions.of(Map.of());
    private static final Room NONE = new Room(3, 2, 5);
    private static final RawLog DAMAGED =
            RandomSale.of(Shape.concert(600), 1).log.raw();
    private static final RawLog OTHER = RandomSale.of(Shape.concert(600), 2).log.raw();

    private static AuditReport audit(RawLog log, Room room) {
        return Audit.run(Input.memory(new MemoryLog(log), ALL), ALL, room, AuditListener.SILENT, Story.none());
    }

    @Test
    void cleanLogs_areProven() {
        for (int number = 0; number < 50; number++) {
            Shape shape = Shape.drawn(number);

            AuditReport report = audit(RandomSale.of(shape, 1).log.raw(), NONE);

            assertEquals(List.of(), report.violations(), shape::toString);
        }
    }

    static List<Damage> damages() {
        return Damage.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damage_isFound_asWithAllInMemory(Damage damage) throws IOException {
        RawLog log = DAMAGED.copy();
        damage.doTo(log, OTHER.copy(), new Random(1));

        assertEquals(ArchiveTest.said(audit(log, Room.USUAL)), ArchiveTest.said(audit(log, NONE)));
    }
}
