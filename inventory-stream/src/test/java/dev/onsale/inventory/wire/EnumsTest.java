package dev.onsale.inventory.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnumsTest {

    static Stream<Class<? extends Enum<?>>> domainEnums() {
        return Stream.of(
                dev.onsale.domain.Reason.class,
                dev.onsale.domain.SeatPreference.class,
                dev.onsale.domain.PaymentOperation.class,
                dev.onsale.domain.PaymentOutcome.class,
                dev.onsale.domain.PaymentState.class,
                dev.onsale.domain.OrderState.class,
                dev.onsale.domain.SalesState.class,
                dev.onsale.domain.PaymentsState.class,
                dev.onsale.domain.CancelledBy.class);
    }

    @ParameterizedTest
    @MethodSource("domainEnums")
    void symbols_areTheSame_onTheWireAndInTheDomain(Class<? extends Enum<?>> domain) throws ClassNotFoundException {
        Class<?> wire = Class.forName("dev.onsale.wire." + domain.getSimpleName());

        assertEquals(
                Stream.concat(Stream.of("UNKNOWN"), names(domain)).toList(),
                names(wire).toList());
    }

    private static Stream<String> names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(symbol -> ((Enum<?>) symbol).name());
    }
}
