package dev.onsale.payments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.RegistryUnavailableException;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class PaymentIntakeTest {

    private final AtomicInteger asked = new AtomicInteger();

    /** A registry that does not answer the first time. */
    private final SchemaIds slow = new SchemaIds() {
        @Override
        public int idOf(String subject, Schema schema) {
            return PinnedSchemas.released().idOf(subject, schema);
        }

        @Override
        public Schema schemaOf(int id) {
            if (asked.incrementAndGet() == 1) {
                throw new RegistryUnavailableException("it is slow", new IllegalStateException("timed out"));
            }
            return PinnedSchemas.released().schemaOf(id);
        }
    };

    @Test
    void request_waits_untilTheRegistryAnswers() throws Exception {
        PaymentRequest request = TestRequests.authorise("a");
        byte[] value = AvroSerde.of(PaymentRequest.class, slow, Topics.PAYMENTS.name() + "-value")
                .toBytes(request);

        assertThrows(RegistryUnavailableException.class, () -> new PaymentIntake(slow).read(value));
        asked.set(0);

        assertEquals(new PaymentIntake.Executable(request), new PaymentIntake(slow).readPatiently(value));
        assertEquals(2, asked.get());
    }
}
