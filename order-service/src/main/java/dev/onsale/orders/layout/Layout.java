package dev.onsale.orders.layout;

import dev.onsale.wire.SectionDefinition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an organizer puts on sale: one event and its sections.
 *
 * @param event the event's id
 * @param name for people
 * @param currency ISO 4217
 * @param salesOpen when sales begin; null: at once
 * @param salesClose when they end; null: never
 * @param holdSeconds how long an unpaid hold lasts
 * @param maxPerBuyer most tickets of one buyer in a section
 */
public record Layout(
        String event,
        String name,
        String currency,
        @Nullable Instant salesOpen,
        @Nullable Instant salesClose,
        int holdSeconds,
        int maxPerBuyer,
        List<Section> sections) {

    public Layout {
        sections = List.copyOf(sections);
    }

    /**
     * A section: numbered seats when rows is positive, else general admission.
     *
     * @param section its id
     * @param price of a ticket in minor units
     */
    public record Section(String section, int rows, int seatsPerRow, int capacity, long price) {}

    /** A section as it goes into a command. */
    public SectionDefinition definition(Section section) {
        return SectionDefinition.newBuilder()
                .setEventName(name)
                .setCurrency(currency)
                .setRows(section.rows())
                .setSeatsPerRow(section.seatsPerRow())
                .setCapacity(section.capacity())
                .setPrice(section.price())
                .setHoldSeconds(holdSeconds)
                .setMaxPerBuyer(maxPerBuyer)
                .setSalesOpen(salesOpen)
                .setSalesClose(salesClose)
                .build();
    }
}
