package dev.onsale.cli.release;

import dev.onsale.release.roll.Fleet;
import dev.onsale.release.roll.Look;
import dev.onsale.release.roll.RollPlan.Instance;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Instances that are asked over HTTP and restarted by a shell. */
final class HttpFleet implements Fleet, AutoCloseable {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    private final Duration restartTimeout;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_TIMEOUT)
            .build();

    HttpFleet(Duration restartTimeout) {
        this.restartTimeout = restartTimeout;
    }

    @Override
    public Look look(Instance instance) {
        try {
            HttpResponse<String> metrics = get(instance.url() + "/metrics");
            if (metrics.statusCode() != 200) {
                return Look.AWAY;
            }
            boolean ready = get(instance.url() + "/health/ready").statusCode() == 200;
            return Look.of(ready, metrics.body());
        } catch (IOException e) {
            return Look.AWAY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Look.AWAY;
        }
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_TIMEOUT).build(), BodyHandlers.ofString());
    }

    /**
     * What the command prints goes to stderr. The names of its variables do not begin with ONSALE_: a service that it starts
     * would take those for settings.
     */
    @Override
    public String restart(Instance instance, String build) throws InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", "exec 1>&2\n" + instance.restart());
        shell.environment().put("ROLL_BUILD", build);
        shell.environment().put("ROLL_INSTANCE", instance.name());
        shell.inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE);
        try {
            Process process = shell.start();
            process.getOutputStream().close();
            if (!process.waitFor(restartTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                return "the command did not end within " + restartTimeout.toSeconds() + " s";
            }
            return process.exitValue() == 0 ? "" : "the command ended with exit code " + process.exitValue();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
