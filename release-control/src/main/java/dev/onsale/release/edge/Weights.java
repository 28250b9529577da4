package dev.onsale.release.edge;

/**
 * Weights of servers that give a candidate its share.
 *
 * @param candidate of each server of the candidate
 * @param stable of each server of the stable build
 */
record Weights(int candidate, int stable) {

    /** The largest that HAProxy takes. */
    private static final int MOST = 256;

    /** For when all servers that get anybody are of one build. */
    static final Weights EQUAL = new Weights(MOST, MOST);

    /** @param percent the candidate's share, from 1 to 99; kept as near as whole weights up to 256 can */
    static Weights of(int percent, int candidates, int stables) {
        int candidate = percent * stables;
        int stable = (100 - percent) * candidates;
        int divisor = gcd(candidate, stable);
        double scale = Math.min(1.0 / divisor, (double) MOST / Math.max(candidate, stable));
        return new Weights(scaled(candidate, scale), scaled(stable, scale));
    }

    private static int scaled(int weight, double scale) {
        return (int) Math.max(1, Math.round(weight * scale));
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
