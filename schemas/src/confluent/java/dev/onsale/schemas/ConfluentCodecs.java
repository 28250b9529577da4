package dev.onsale.schemas;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's own serializer in place of ours, in builds with the Maven profile {@code confluent}. Found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>Our continuous integration does not run this: the library is published in Confluent's repository only.
 */
public final class ConfluentCodecs implements AvroCodec.Factory {

    private static final String VALUE = "-value";

    @Override
    public <T extends SpecificRecord> AvroCodec<T> codec(Class<T> type, SchemaRegistry registry, String subject) {
        Map<String, Object> config = new HashMap<>();
        config.put("schema.registry.url", registry.urls());
        config.put("specific.avro.reader", true);
        config.put("avro.remove.java.properties", true);
        registry.userInfo().ifPresent(userInfo -> {
            config.put("basic.auth.credentials.source", "USER_INFO");
            config.put("basic.auth.user.info", userInfo);
        });
        // Confluent's default naming strategy puts the suffix back.
        String topic = subject.endsWith(VALUE) ? subject.substring(0, subject.length() - VALUE.length()) : subject;
        return new ConfluentCodec<>(type, registry, topic, config);
    }

    private static final class ConfluentCodec<T extends SpecificRecord> implements AvroCodec<T> {

        private final Class<T> type;
        private final Schema schema;
        private final SchemaRegistry registry;
        private final String topic;
        private final KafkaAvroSerializer serializer = new KafkaAvroSerializer();
        private final KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
        private final Map<Schema, Optional<NewerTypes>> newerTypesBySchema = new ConcurrentHashMap<>();

        ConfluentCodec(Class<T> type, SchemaRegistry registry, String topic, Map<String, Object> config) {
            this.type = type;
            this.schema = SpecificData.getForClass(type).getSchema(type);
            this.registry = registry;
            this.topic = topic;
            serializer.configure(config, false);
            deserializer.configure(config, false);
        }

        @Override
        public byte[] toBytes(T value) {
            try {
                return serializer.serialize(topic, value);
            } catch (RuntimeException e) {
                throw classified("a " + schema.getName() + " cannot be written", e);
            }
        }

        @Override
        public T fromBytes(byte[] bytes) {
            if (bytes.length < AvroSerde.PREFIX_BYTES || bytes[0] != 0) {
                throw new SerializationException("not in the Confluent wire format: " + bytes.length + " bytes");
            }
            // Our own client tells an unknown id from a registry that is away; Confluent's gives the same exception for
            // both.
            Schema written =
                    registry.schemaOf(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
            if (!written.getFullName().equals(schema.getFullName())) {
                throw new UnknownSchemaException(
                        "the schema id is that of a " + written.getFullName() + ", not of a " + schema.getFullName());
            }
            try {
                Optional<NewerTypes> newerTypes =
                        newerTypesBySchema.computeIfAbsent(written, any -> NewerTypes.between(any, schema));
                if (newerTypes.isPresent()) {
                    newerTypes.get().refuse(bytes);
                }
                return type.cast(deserializer.deserialize(topic, bytes));
            } catch (IOException e) {
                throw new SerializationException("not a " + schema.getName() + ": " + e.getMessage(), e);
            } catch (RuntimeException e) {
                throw classified("not a " + schema.getName(), e);
            }
        }

        private static RuntimeException classified(String what, RuntimeException e) {
            for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof RestClientException
                        || cause instanceof SocketException
                        || cause instanceof UnknownHostException
                        || cause instanceof HttpTimeoutException) {
                    return new RegistryUnavailableException(
                            "the schema registry does not answer: " + cause.getMessage(), e);
                }
            }
            return new SerializationException(what + ": " + e.getMessage(), e);
        }
    }
}
