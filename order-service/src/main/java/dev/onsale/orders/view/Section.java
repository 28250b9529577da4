package dev.onsale.orders.view;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Event;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SectionDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * A section as the view knows it. Kept and passed between instances as JSON; unknown members are ignored, so that
 * versions of this service can run side by side.
 *
 * @param definition null: only refused commands are known of it
 * @param sales an {@code OPEN}, {@code PAUSED} or {@code CLOSED}
 * @param pausedBySwitch whether a kill switch paused them, and not an organizer
 * @param free tickets, as are held and sold
 * @param version of the section after its latest event
 * @param refusedOffset offset of the latest refused command that was not a purchase; -1: none
 * @param refusedReason why; empty: none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Section(
        String eventId,
        String sectionId,
        @Nullable Definition definition,
        String sales,
        boolean pausedBySwitch,
        int free,
        int held,
        int sold,
        long version,
        long refusedOffset,
        String refusedReason) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** What the note begins with when a kill switch changes sales. */
    public static final String SWITCH_NOTE = "kill switch ";

    /** What is on sale; as in the Avro {@code SectionDefinition}, times in epoch milliseconds. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Definition(
            String eventName,
            String currency,
            int rows,
            int seatsPerRow,
            int capacity,
            long price,
            int holdSeconds,
            int maxPerBuyer,
            @Nullable Long salesOpen,
            @Nullable Long salesClose) {

        public static Definition of(SectionDefinition d) {
            return new Definition(
                    d.getEventName(),
                    d.getCurrency(),
                    d.getRows(),
                    d.getSeatsPerRow(),
                    d.getCapacity(),
                    d.getPrice(),
                    d.getHoldSeconds(),
                    d.getMaxPerBuyer(),
                    millis(d.getSalesOpen()),
                    millis(d.getSalesClose()));
        }

        @JsonIgnore
        public boolean numbered() {
            return rows > 0;
        }

        private static @Nullable Long millis(@Nullable Instant time) {
            return time == null ? null : time.toEpochMilli();
        }
    }

    static Section unknown(String eventId, String sectionId) {
        return new Section(eventId, sectionId, null, SalesState.OPEN.name(), false, 0, 0, 0, 0, -1, "");
    }

    /** This section after an event. Events carry absolute counts, so the latest event says how many are free. */
    Section after(Event event, @Nullable Definition newDefinition) {
        var header = event.getHeader();
        return new Section(
                eventId,
                sectionId,
                newDefinition,
                sales,
                pausedBySwitch,
                header.getFree(),
                header.getHeld(),
                header.getSold(),
                header.getSectionVersion(),
                refusedOffset,
                refusedReason);
    }

    Section withSales(SalesState state, String note) {
        return new Section(
                eventId,
                sectionId,
                definition,
                state.name(),
                state == SalesState.PAUSED && note.startsWith(SWITCH_NOTE),
                free,
                held,
                sold,
                version,
                refusedOffset,
                refusedReason);
    }

    Section refused(long offset, String reason) {
        return new Section(
                eventId, sectionId, definition, sales, pausedBySwitch, free, held, sold, version, offset, reason);
    }

    public SectionKey key() {
        return new SectionKey(eventId, sectionId);
    }

    /** Sections as another instance sends them. */
    public static List<Section> listFromJson(byte[] json) {
        try {
            return List.of(JSON.readValue(json, Section[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] toJson(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Serde<Section> serde() {
        return Serdes.serdeFrom((topic, section) -> section == null ? null : toJson(section), (topic, bytes) -> {
            try {
                return bytes == null ? null : JSON.readValue(bytes, Section.class);
            } catch (IOException e) {
                throw new SerializationException("not a section of the view", e);
            }
        });
    }
}
