package dev.onsale.orders.view;

import dev.onsale.orders.tls.InstanceCalls;
import dev.onsale.schemas.SectionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sections, wherever they are held: what others hold is asked of them and remembered for a second. */
public final class Sections {

    private static final Logger log = LoggerFactory.getLogger(Sections.class);
    /** Where an instance tells others which sections it holds; nothing in it is hidden from buyers. */
    public static final String PATH = "/internal/sections";

    private static final Duration REMEMBERED = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final OrderView view;
    private final InstanceCalls calls;
    private final String header;
    private final String proof;
    private final Elsewhere elsewhere;
    private final Map<HostInfo, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(List<Section> sections, long atNanos) {}

    /**
     * Asks the instances that the view knows of.
     *
     * @param header by which they know that another instance asks
     * @param proof what stands in it
     * @param elsewhere sections that are decided there are as it says
     */
    public Sections(OrderView view, InstanceCalls calls, String header, String proof, Elsewhere elsewhere) {
        this.view = view;
        this.calls = calls;
        this.header = header;
        this.proof = proof;
        this.elsewhere = elsewhere;
    }

    /**
     * Every section that is on sale, in order of event and section. When another instance does not answer, what it said
     * last is taken.
     *
     * @throws ViewUnavailableException when this instance's part cannot be read, or another one has never answered
     */
    public List<Section> onSale() {
        return all(elsewhere.sections(), REMEMBERED).stream()
                .filter(s -> s.definition() != null)
                .toList();
    }

    /** As {@link #onSale()}, with what is known of sections that are not on sale, and nothing remembered. */
    public List<Section> asOfNow() {
        return all(elsewhere.asOfNow(), Duration.ZERO);
    }

    /** A section, if it is known. While the view moves, nothing is known. */
    public Optional<Section> find(SectionKey key) {
        try {
            Optional<Section> decidedElsewhere = elsewhere.sections().flatMap(sections -> find(sections, key));
            if (decidedElsewhere.isPresent() || view.ownerElsewhere(key).isEmpty()) {
                return decidedElsewhere.isPresent() ? decidedElsewhere : view.section(key);
            }
            return find(held(REMEMBERED), key);
        } catch (ViewUnavailableException e) {
            return Optional.empty();
        }
    }

    private static Optional<Section> find(List<Section> sections, SectionKey key) {
        return sections.stream().filter(section -> section.key().equals(key)).findFirst();
    }

    private List<Section> all(Optional<List<Section>> decidedElsewhere, Duration maxAge) {
        List<Section> sections =
                decidedElsewhere.map(decided -> withLastKnown(decided, maxAge)).orElseGet(() -> held(maxAge));
        sections.sort(Comparator.comparing(Section::eventId).thenComparing(Section::sectionId));
        return sections;
    }

    /** What is not decided elsewhere is as the instances know it, if they do. */
    private List<Section> withLastKnown(List<Section> decidedElsewhere, Duration maxAge) {
        Map<SectionKey, Section> sections = new HashMap<>();
        try {
            held(maxAge).forEach(section -> sections.put(section.key(), section));
        } catch (ViewUnavailableException e) {
            log.debug("nothing but what is decided elsewhere is known now", e);
        }
        decidedElsewhere.forEach(section -> sections.put(section.key(), section));
        return new ArrayList<>(sections.values());
    }

    private List<Section> held(Duration maxAge) {
        List<Section> sections = new ArrayList<>(view.sections());
        List<HostInfo> others = view.others();
        answers.keySet().retainAll(others);
        others.stream().map(host -> ask(host, maxAge)).toList().forEach(answer -> sections.addAll(result(answer)));
        return sections;
    }

    private static List<Section> result(CompletableFuture<List<Section>> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ViewUnavailableException unavailable ? unavailable : e;
        }
    }

    private CompletableFuture<List<Section>> ask(HostInfo host, Duration maxAge) {
        Answer known = answers.get(host);
        if (known != null && System.nanoTime() - known.atNanos() < maxAge.toNanos()) {
            return CompletableFuture.completedFuture(known.sections());
        }
        HttpRequest request = HttpRequest.newBuilder(calls.uri(host, PATH))
                .timeout(TIMEOUT)
                .header(header, proof)
                .build();
        return calls.client().sendAsync(request, BodyHandlers.ofByteArray()).handle((response, failure) -> {
            try {
                if (failure == null) {
                    List<Section> sections = read(response);
                    answers.put(host, new Answer(sections, System.nanoTime()));
                    return sections;
                }
                log.warn(
                        "The instance at {}:{} does not tell its sections: {}",
                        host.host(),
                        host.port(),
                        failure.toString());
            } catch (UncheckedIOException e) {
                log.warn(
                        "The instance at {}:{} tells its sections unreadably: {}",
                        host.host(),
                        host.port(),
                        e.toString());
            }
            if (known == null) {
                throw new ViewUnavailableException(failure);
            }
            return known.sections();
        });
    }

    private static List<Section> read(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new UncheckedIOException(new IOException("status " + response.statusCode()));
        }
        return Section.listFromJson(response.body());
    }
}
