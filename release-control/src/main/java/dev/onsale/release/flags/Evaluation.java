package dev.onsale.release.flags;

import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.multiprovider.FirstSuccessfulStrategy;
import dev.openfeature.sdk.multiprovider.MultiProvider;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates flags through OpenFeature. A managed service is asked first; what it cannot answer, and everything when there
 * is none, comes from the topic. The strategy is the first success and not the first match, which takes a service that is
 * away for an answer.
 */
final class Evaluation implements AutoCloseable {

    /** The first set of flags is there; this is for a machine that is busy loading classes. */
    private static final int START_MILLIS = 20_000;

    /** Switches are the same for everybody, but some services answer nobody without a name. */
    private static final EvaluationContext EVERYBODY = new ImmutableContext("onsale");

    private static final String FIRST_SUCCESS = "onsale";
    private static final String FROM_TOPIC = "onsale-topic";

    /** One of its own, so that several services in one process do not share flags. */
    private final OpenFeatureAPI api = OpenFeatureAPI.createIsolated();

    private final boolean managed;
    private final Client client;
    private final Client fromTopic;

    /**
     * Evaluates what a feed offers; the first set must have been offered.
     *
     * @param managed a managed service; empty: none
     */
    Evaluation(FlagdFeed feed, Optional<FeatureProvider> managed) {
        this.managed = managed.isPresent();
        FeatureProvider flagd = new FlagdProvider(FlagdOptions.builder()
                .resolverType(Config.Resolver.IN_PROCESS)
                .customConnector(feed)
                .deadline(START_MILLIS)
                .build());
        api.setProviderAndWait(FROM_TOPIC, flagd);
        fromTopic = api.getClient(FROM_TOPIC);
        if (this.managed) {
            FeatureProvider both = new MultiProvider(
                    List.of(new PatientProvider(managed.orElseThrow()), flagd), new FirstSuccessfulStrategy());
            api.setProviderAndWait(FIRST_SUCCESS, both);
            client = api.getClient(FIRST_SUCCESS);
        } else {
            client = fromTopic;
        }
    }

    /** The variant of a buyer. A managed service may say anything; what is not the candidate is stable. */
    String variant(String flag, String buyer) {
        String variant = client.getStringValue(flag, KnownFlag.STABLE, new ImmutableContext(buyer));
        return variant.equals(KnownFlag.CANDIDATE_VARIANT) ? variant : KnownFlag.STABLE;
    }

    /**
     * Whether a switch is on. Either side can kill: a switch that is thrown here must work while the managed service is away
     * or says otherwise.
     */
    boolean on(String flag) {
        return client.getBooleanValue(flag, true, EVERYBODY)
                && (!managed || fromTopic.getBooleanValue(flag, true, EVERYBODY));
    }

    @Override
    public void close() {
        api.shutdown();
    }
}
