package dev.onsale.orders;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.concurrent.CompletableFuture;

/** Routes that are known only after the port is: a call waits the moment that it takes. */
final class LateRoutes implements Handler {

    private final CompletableFuture<Handler> routes = new CompletableFuture<>();

    void are(Handler handler) {
        routes.complete(handler);
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws Exception {
        routes.join().handle(request, response);
    }
}
