package dev.onsale.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class HealthServerTest {

    @Test
    void port_isNamed_whenItIsInUse() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            OperatorError error = assertThrows(
                    OperatorError.class,
                    () -> HealthServer.listen("127.0.0.1", other.getLocalPort(), HttpRouting.builder()));
            assertEquals(
                    "Port " + other.getLocalPort()
                            + " on 127.0.0.1 is in use; stop what listens there, or choose another port.",
                    error.getMessage());
        }
    }
}
