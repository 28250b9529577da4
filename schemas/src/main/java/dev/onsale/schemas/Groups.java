package dev.onsale.schemas;

/** The groups that read topics of ours, but for those that Kafka Streams names. Access lists and dashboards name them. */
public final class Groups {

    /** Share group of the workers that read {@link Topics#PAYMENTS} by {@code payments.source=share}. */
    public static final String PAYMENTS_SHARE = "onsale-payments";
    /** Consumer group of those that read it by {@code payments.source=consumer}: an id stands for one kind of group. */
    public static final String PAYMENTS_CONSUMER = "onsale-payments-consumer";
    /** Consumer group of the exporters, which read {@link Topics#EVENTS}. It keeps no offsets: they are where the export is. */
    public static final String EXPORTER = "onsale-exporter";

    private Groups() {}
}
