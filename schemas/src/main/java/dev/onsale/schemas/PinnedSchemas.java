package dev.onsale.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Schema ids for a cluster without a registry: every released version of every schema, with the id it got for ever, read
 * from {@code history/index.csv} in this jar. The admin port serves them in a registry's form.
 */
public final class PinnedSchemas implements SchemaIds {

    /**
     * One released version.
     *
     * @param subject topic name + {@code -value}, or store name + {@code -value}
     * @param version from 1, within the subject
     * @param id unique over all subjects
     */
    public record Version(String subject, int version, int id, Schema schema) {}

    private static final PinnedSchemas RELEASED = new PinnedSchemas(read());

    private final List<Version> versions;
    private final Map<Integer, Schema> byId = new LinkedHashMap<>();

    private PinnedSchemas(List<Version> versions) {
        this.versions = List.copyOf(versions);
        versions.forEach(v -> byId.put(v.id(), v.schema()));
    }

    /** The schemas released with this build and before. */
    public static PinnedSchemas released() {
        return RELEASED;
    }

    /** All versions, oldest first. */
    public List<Version> versions() {
        return versions;
    }

    @Override
    public int idOf(String subject, Schema schema) {
        return versions.stream()
                .filter(v -> v.subject().equals(subject) && v.schema().equals(schema))
                .findFirst()
                .orElseThrow(() -> new UnknownSchemaException("no released version of " + subject
                        + " is this schema; add it to history/index.csv of the schemas module"))
                .id();
    }

    @Override
    public Schema schemaOf(int id) {
        Schema schema = byId.get(id);
        if (schema == null) {
            throw new UnknownSchemaException("no schema has id " + id + "; known are " + byId.keySet());
        }
        return schema;
    }

    private static List<Version> read() {
        List<Version> versions = new ArrayList<>();
        for (String line : text("index.csv").lines().skip(1).toList()) {
            String[] cells = line.split(",");
            Schema schema = new Schema.Parser(NameValidator.UTF_VALIDATOR).parse(text(cells[3]));
            versions.add(new Version(cells[0], Integer.parseInt(cells[1]), Integer.parseInt(cells[2]), schema));
        }
        return versions;
    }

    private static String text(String name) {
        try (InputStream in = PinnedSchemas.class.getResourceAsStream("history/" + name)) {
            if (in == null) {
                throw new IllegalStateException("history/" + name + " is not in the schemas jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
