package dev.onsale.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** What a benchmark found, as one JSON object: the median of each figure, and least and most under the same name with {@code Spread}. */
public final class Figures {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Figures() {}

    public static ObjectNode of(String scenario) {
        return JSON.createObjectNode().put("scenario", scenario);
    }

    /** @param values of every round, one at least */
    public static void put(ObjectNode json, String name, double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        json.put(name, rounded(median(sorted)));
        if (sorted.length > 1) {
            json.putArray(name + "Spread").add(rounded(sorted[0])).add(rounded(sorted[sorted.length - 1]));
        }
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Four digits say all that a measurement knows. */
    private static double rounded(double value) {
        return value == 0
                ? 0
                : new java.math.BigDecimal(value)
                        .round(new java.math.MathContext(4))
                        .doubleValue();
    }
}
