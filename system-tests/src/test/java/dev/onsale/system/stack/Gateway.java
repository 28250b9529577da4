package dev.onsale.system.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/** Makes the gateway simulator misbehave. */
public record Gateway(URI address) {

    /** @param behaviour members of the simulator's behaviour, such as {@code "latencyMillis":3000} */
    public void behave(String behaviour) throws IOException {
        var answer = Shop.send(HttpRequest.newBuilder(address.resolve("/simulator/behaviour"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{" + behaviour + "}")));
        if (answer.status() >= 300) {
            throw new IllegalStateException("the simulator refused: " + answer);
        }
    }
}
