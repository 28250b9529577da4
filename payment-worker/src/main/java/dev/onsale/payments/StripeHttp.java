package dev.onsale.payments;

import com.stripe.exception.ApiConnectionException;
import com.stripe.net.HttpContent;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends stripe-java's requests with the JDK's HTTP client. The one that comes with stripe-java rests on {@link
 * java.net.HttpURLConnection}, which silently sends a POST again when a connection breaks, so that nobody could count
 * the calls; and its timeout starts anew with every byte.
 */
final class StripeHttp extends com.stripe.net.HttpClient implements AutoCloseable {

    private final HttpClient client;
    private final Duration timeout;

    StripeHttp(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public StripeResponse request(StripeRequest request) throws ApiConnectionException {
        CompletableFuture<HttpResponse<String>> sent =
                client.sendAsync(toHttp(request), BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new StripeResponse(
                    response.statusCode(), HttpHeaders.of(response.headers().map()), response.body());
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new ApiConnectionException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new ApiConnectionException("no answer: " + e.getCause(), e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new ApiConnectionException("stopped while waiting for an answer", e);
        }
    }

    private static HttpRequest toHttp(StripeRequest request) {
        HttpRequest.Builder http =
                HttpRequest.newBuilder(URI.create(request.url().toString()));
        for (Map.Entry<String, List<String>> header : request.headers().map().entrySet()) {
            http.setHeader(header.getKey(), String.join(",", header.getValue()));
        }
        http.setHeader("User-Agent", buildUserAgentString(request));
        HttpContent content = request.content();
        if (content != null) {
            http.setHeader("Content-Type", content.contentType());
        }
        return http.method(
                        request.method().name(),
                        content == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(content.byteArrayContent()))
                .build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
