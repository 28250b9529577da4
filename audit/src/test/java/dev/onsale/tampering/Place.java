package dev.onsale.tampering;

/** Where a record stands. */
public record Place(String topic, int partition, int offset) {

    Place next() {
        return new Place(topic, partition, offset + 1);
    }
}
