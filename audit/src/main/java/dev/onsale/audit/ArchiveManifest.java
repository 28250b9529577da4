package dev.onsale.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.UnknownSchemaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * What is in an archive: {@value #FILE} in its folder, beside a folder for each topic with a file for each partition.
 *
 * <p>Its own digest stands in {@value #DIGEST_FILE}, in the form of {@code sha256sum}. That file is written last of all, so a
 * folder without it is not whole.
 *
 * @param format {@value #FORMAT}
 * @param version {@value #VERSION}; a change of this format counts up
 * @param exportedAt when the export began, ISO 8601
 * @param cluster id of the cluster; empty: unknown
 * @param decided by partition of the commands, the offset up to which the decider had decided them when the export began
 * @param carriedOut by partition of the payments, the offset up to which workers had carried them out then
 * @param quiet whether all was decided and nothing was written while the export ran, so that all topics are of one moment
 * @param schemas those that the records were written with
 */
record ArchiveManifest(
        String format,
        int version,
        String exportedAt,
        String cluster,
        List<Topic> topics,
        List<Long> decided,
        List<Long> carriedOut,
        boolean quiet,
        List<WrittenSchema> schemas) {

    static final String FORMAT = "onsale-archive";
    static final int VERSION = 2;
    static final String FILE = "manifest.json";
    static final String DIGEST_FILE = "manifest.json.sha256";

    /** What a topic's name may be, also as a folder: {@code .} and {@code ..} are none. */
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * A topic.
     *
     * @param configs its settings, as far as they are not the brokers' own
     * @param partitions by their numbers
     */
    record Topic(String name, Map<String, String> configs, List<Partition> partitions) {}

    /**
     * A partition. Offsets are the cluster's.
     *
     * @param start the first offset that was still there
     * @param stableEnd the offset after the last ended transaction; of commands when the export began, as {@code decided}
     * @param end the offset up to which records were written
     * @param records number of records in the file
     * @param bytes size of the file
     * @param sha256 digest of the file, in hexadecimal
     */
    record Partition(long start, long stableEnd, long end, long records, long bytes, String sha256) {}

    /**
     * A schema as the registry knew it.
     *
     * @param id stands for it in the records
     * @param subject of the first record that was written with it
     */
    record WrittenSchema(int id, String subject, String schema) {}

    /** The file of a partition. */
    static Path file(Path folder, String topic, int partition) {
        return folder.resolve(topic).resolve(partition + ".avro");
    }

    /** @return the digest of the manifest, in hexadecimal */
    String write(Path folder) throws IOException {
        byte[] json = (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
        SyncedFile.write(folder.resolve(FILE), json);
        String digest = Sha256.hex(json);
        SyncedFile.write(folder.resolve(DIGEST_FILE), (digest + "  " + FILE + "\n").getBytes(StandardCharsets.UTF_8));
        return digest;
    }

    /** @throws OperatorError when the folder is no archive, or not a whole one, or one of a later version */
    static ArchiveManifest read(Path folder) {
        try {
            if (!Files.exists(folder.resolve(FILE)) && !Files.exists(folder.resolve(DIGEST_FILE))) {
                throw new OperatorError("The folder " + folder + " is no archive, for it has no " + FILE
                        + "; give one that onsale export has written to the end.");
            }
            byte[] json = Files.readAllBytes(folder.resolve(FILE));
            String noted = Files.readString(folder.resolve(DIGEST_FILE), StandardCharsets.ISO_8859_1);
            if (!noted.startsWith(Sha256.hex(json) + " ")) {
                throw damaged(folder, FILE + " is not as it was written");
            }
            return known(folder, JSON.readValue(json, ArchiveManifest.class));
        } catch (JsonProcessingException e) {
            throw new OperatorError(
                    "The folder " + folder + " is no archive that this build can read (" + e.getOriginalMessage()
                            + "); read it with the build that wrote it, or a newer one.",
                    e);
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static ArchiveManifest known(Path folder, ArchiveManifest manifest) {
        boolean ours = FORMAT.equals(manifest.format) && manifest.version == VERSION;
        if (!ours
                || !manifest.topics.stream()
                        .allMatch(topic -> NAME.matcher(topic.name).matches())) {
            throw new OperatorError("The folder " + folder + " is " + manifest.format + " of version "
                    + manifest.version + ", and this build reads " + FORMAT + " of version " + VERSION
                    + "; read it with the build that wrote it, or a newer one.");
        }
        return manifest;
    }

    static OperatorError damaged(Path folder, String how) {
        return new OperatorError("The archive " + folder + " is damaged: " + how
                + ", so nothing can be proven from it; take another copy, or export again.");
    }

    static OperatorError unreadable(Path folder, IOException e) {
        return new OperatorError(
                "The archive " + folder + " cannot be read (" + e
                        + "); it must be whole, and readable for this account.",
                e);
    }

    /** Number of records in all topics. */
    long records() {
        return topics.stream()
                .flatMap(topic -> topic.partitions.stream())
                .mapToLong(Partition::records)
                .sum();
    }

    /** Number of offsets in all topics, whether there are records at them or not. */
    long offsets() {
        return topics.stream()
                .flatMap(topic -> topic.partitions.stream())
                .mapToLong(partition -> partition.end - partition.start)
                .sum();
    }

    /** The schemas by id; unknown is what the registry did not know. */
    SchemaIds schemaIds() {
        Map<Integer, Schema> byId = new HashMap<>();
        schemas.forEach(each -> {
            try {
                byId.put(each.id, new Schema.Parser(NameValidator.UTF_VALIDATOR).parse(each.schema));
            } catch (AvroRuntimeException e) {
                throw new OperatorError("The archive's schema " + each.id + " is none (" + e.getMessage() + ").", e);
            }
        });
        return new SchemaIds() {
            @Override
            public int idOf(String subject, Schema schema) {
                throw new UnknownSchemaException("an archive gives out no ids");
            }

            @Override
            public Schema schemaOf(int id) {
                Schema schema = byId.get(id);
                if (schema == null) {
                    throw new UnknownSchemaException("the archive has no schema with id " + id);
                }
                return schema;
            }
        };
    }
}
