package dev.onsale.release.check;

import java.util.Map;
import java.util.Set;

/**
 * What is known of where the builds run.
 *
 * @param registry whether there is a schema registry, which tells a build also the schemas of later ones
 * @param configured keys that the configuration of a service sets, by service; a service that is not named may set any
 */
public record Deployment(boolean registry, Map<String, Set<String>> configured) {

    public Deployment {
        configured = Map.copyOf(configured);
    }

    boolean maySet(String service, String key) {
        Set<String> keys = configured.get(service);
        return keys == null || keys.contains(key);
    }
}
