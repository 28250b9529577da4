package dev.onsale.schemas;

/** The groups that carry payments out. Their names are a contract: access lists and dashboards name them. */
public final class Groups {

    /** Share group of the workers that read {@link Topics#PAYMENTS} by {@code payments.source=share}. */
    public static final String PAYMENTS_SHARE = "onsale-payments";
    /** Consumer group of those that read it by {@code payments.source=consumer}: an id stands for one kind of group. */
    public static final String PAYMENTS_CONSUMER = "onsale-payments-consumer";

    private Groups() {}
}
