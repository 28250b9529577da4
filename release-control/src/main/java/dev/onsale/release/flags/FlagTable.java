package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The flags as this instance knows them. What the topic says holds, except where a change was made here that the topic
 * does not know yet; that one holds until the topic has it, or a newer one. Safe for use by several threads.
 */
final class FlagTable {

    /**
     * All of it, as it is kept over restarts.
     *
     * @param topic the latest change of every flag in the topic
     * @param local the latest change of every flag that was made here and has not been read from the topic
     * @param unlogged every change that was made here and is not in the release log, the oldest first
     */
    record State(List<FlagChange> topic, List<FlagChange> local, List<FlagChange> unlogged) {

        static final State EMPTY = new State(List.of(), List.of(), List.of());

        State {
            topic = List.copyOf(topic);
            local = List.copyOf(local);
            unlogged = List.copyOf(unlogged);
        }
    }

    private final Map<String, FlagChange> topic = new TreeMap<>();
    private final Map<String, FlagChange> local = new TreeMap<>();
    private final Map<String, FlagChange> unlogged = new LinkedHashMap<>();
    private final Consumer<Map<String, JsonNode>> changed;

    /** @param changed given every new set of definitions, one after the other; must return soon */
    FlagTable(State last, Consumer<Map<String, JsonNode>> changed) {
        this.changed = changed;
        last.topic().forEach(change -> topic.put(change.flag(), change));
        last.local().forEach(change -> local.put(change.flag(), change));
        last.unlogged().forEach(change -> unlogged.put(change.id(), change));
    }

    /** The topic has been read from its beginning, and this is what it says. */
    synchronized void topicIs(Map<String, FlagChange> changes) {
        topic.clear();
        // What is written is in it, or something that came later.
        local.values().removeIf(change -> !unlogged.containsKey(change.id()));
        changes.values().forEach(this::put);
        tell();
    }

    /** The topic says something new. */
    synchronized void topicSays(FlagChange change) {
        put(change);
        tell();
    }

    private void put(FlagChange change) {
        topic.put(change.flag(), change);
        FlagChange here = local.get(change.flag());
        if (here != null && (here.id().equals(change.id()) || change.at().isAfter(here.at()))) {
            local.remove(change.flag());
        }
    }

    /** A change is made here, and holds here at once. */
    synchronized void madeHere(FlagChange change) {
        local.put(change.flag(), change);
        unlogged.put(change.id(), change);
        tell();
    }

    /**
     * A change that was made here is written. It goes on holding here until it is read from the topic: an earlier change, whose
     * reading comes late, must not undo it for that moment.
     */
    synchronized void written(FlagChange change) {
        unlogged.remove(change.id());
    }

    /** The oldest change that is not in the release log. */
    synchronized Optional<FlagChange> nextUnlogged() {
        return unlogged.values().stream().findFirst();
    }

    /** Whether the topic says so already: the brokers had taken it when their confirmation got lost. */
    synchronized boolean isInTopic(FlagChange change) {
        FlagChange there = topic.get(change.flag());
        return there != null && there.id().equals(change.id());
    }

    /** Whether a change that was made here still holds. */
    synchronized boolean holdsHere(FlagChange change) {
        return change.equals(local.get(change.flag()));
    }

    synchronized boolean isUnlogged(FlagChange change) {
        return unlogged.containsKey(change.id());
    }

    /** The latest change of every flag, removed ones as well. */
    synchronized List<FlagChange> latest() {
        Map<String, FlagChange> latest = new TreeMap<>(topic);
        latest.putAll(local);
        return List.copyOf(latest.values());
    }

    /** What flags are evaluated by. */
    Map<String, JsonNode> definitions() {
        Map<String, JsonNode> definitions = new LinkedHashMap<>();
        for (FlagChange change : latest()) {
            JsonNode after = change.after();
            if (after != null) {
                definitions.put(change.flag(), after);
            }
        }
        return definitions;
    }

    synchronized State state() {
        return new State(
                new ArrayList<>(topic.values()), new ArrayList<>(local.values()), new ArrayList<>(unlogged.values()));
    }

    private void tell() {
        changed.accept(definitions());
    }
}
