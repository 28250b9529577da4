package dev.onsale.release.canary;

/**
 * How one request of a buyer went.
 *
 * @param canary whether the command's stamp names the canary; the control otherwise
 * @param error whether it failed. A refusal that the rules ask for, such as sold out, is none; an answer that never came is
 *     one, and whoever observes must say so, or a canary that swallows requests looks like one that gets none
 * @param latencyMillis from the request to its answer; of no meaning when it failed
 * @param queueMillis how long it waited in the log before it was decided
 */
public record Observation(String buyer, boolean canary, boolean error, long latencyMillis, long queueMillis) {}
