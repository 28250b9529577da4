package dev.onsale.release.roll;

import dev.onsale.release.roll.RollPlan.Instance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Instances in memory. With each look an instance has answered a hundred calls more. */
final class FakeFleet implements Fleet {

    /**
     * How a build is.
     *
     * @param restart what its restart says; empty: it starts
     * @param readyAfterLooks at which look it is ready; -1: never
     * @param lag records that it is behind
     * @param failures of a hundred calls
     * @param millis that a call takes
     */
    record Behaviour(String restart, int readyAfterLooks, long lag, int failures, int millis) {
        static final Behaviour GOOD = new Behaviour("", 1, 3, 1, 50);
    }

    private static final class State {
        private String build = "old";
        private int starts = 1;
        private int looks = 1;
    }

    private final Map<String, Behaviour> builds = new HashMap<>();
    private final Map<String, State> states = new HashMap<>();
    final List<String> restarts = new ArrayList<>();

    FakeFleet with(String build, Behaviour behaviour) {
        builds.put(build, behaviour);
        return this;
    }

    private State state(Instance instance) {
        return states.computeIfAbsent(instance.name(), _ -> new State());
    }

    private Behaviour behaviour(Instance instance, String build) {
        Behaviour ofInstance = builds.get(instance.name() + " " + build);
        return ofInstance == null ? builds.getOrDefault(build, Behaviour.GOOD) : ofInstance;
    }

    @Override
    public Look look(Instance instance) {
        State state = state(instance);
        Behaviour behaviour = behaviour(instance, state.build);
        int looks = state.looks++;
        boolean ready = behaviour.readyAfterLooks() >= 0 && looks >= behaviour.readyAfterLooks();
        return Look.of(ready, """
                # HELP process_start_time_seconds Start time
                process_start_time_seconds %d.5
                onsale_state_lag_records %d
                onsale_http_requests_seconds_count{method="POST",status="201"} %d
                onsale_http_requests_seconds_count{method="POST",status="503"} %d
                onsale_http_requests_seconds_sum{method="POST",status="201"} %s
                """.formatted(
                        state.starts,
                        behaviour.lag(),
                        looks * (100 - behaviour.failures()),
                        looks * behaviour.failures(),
                        looks * behaviour.millis() * 100 / 1_000.0));
    }

    @Override
    public String restart(Instance instance, String build) {
        restarts.add(instance.name() + " " + build);
        State state = state(instance);
        state.build = build;
        state.starts++;
        state.looks = 1;
        return behaviour(instance, build).restart();
    }
}
