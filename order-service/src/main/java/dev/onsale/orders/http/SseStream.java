package dev.onsale.orders.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An order as server-sent events: its state at once, then every change, until it has ended. A comment goes out now and
 * then, so that proxies keep the connection and a caller that is gone is noticed.
 */
final class SseStream {

    static final String MEDIA_TYPE = "text/event-stream";

    private final Orders orders;
    private final Duration heartbeat;
    private volatile boolean ending;

    SseStream(Orders orders, Duration heartbeat) {
        this.orders = orders;
        this.heartbeat = heartbeat;
    }

    /** Ends all streams; whoever listens connects again, and gets another instance. */
    void end() {
        ending = true;
        orders.wakeAll();
    }

    void send(Call call, String orderId, String buyer) throws InterruptedException, IOException {
        try (Orders.Changes changes = orders.changes(orderId)) {
            Found found = orders.require(orderId, buyer);
            call.status(200).set("Cache-Control", "no-store");
            try (OutputStream out = call.stream(MEDIA_TYPE)) {
                write(out, found);
                String sent = found.etag();
                while (found.pending() && !ending) {
                    boolean changed = changes.await(heartbeat);
                    found = orders.find(orderId);
                    if (found instanceof Found.Nothing) {
                        return;
                    }
                    if (!found.etag().equals(sent)) {
                        write(out, found);
                        sent = found.etag();
                    } else if (!changed) {
                        out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                        out.flush();
                    }
                }
            }
        }
    }

    private void write(OutputStream out, Found found) throws IOException {
        String tag = found.etag();
        String event = "event: order\nid: " + tag.substring(1, tag.length() - 1) + "\ndata: "
                + new String(Json.bytes(orders.json(found)), StandardCharsets.UTF_8) + "\n\n";
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
