package dev.onsale.release.flags;

import dev.onsale.runtime.OperatorError;
import dev.openfeature.sdk.FeatureProvider;
import java.util.Map;

/**
 * Makes an OpenFeature provider of a managed service. Vendors agree on {@link FeatureProvider} but not on how one is made,
 * so each needs a class like this, with a public constructor without parameters; {@code flags.provider} names it.
 */
@FunctionalInterface
public interface ProviderFactory {

    /**
     * Makes the provider. Connecting is left to {@link FeatureProvider#initialize}, which is called again, every two seconds,
     * as long as it throws.
     *
     * @param properties the settings that begin with {@code flags.provider.}, without that
     * @throws OperatorError naming a property that is missing or wrong
     */
    FeatureProvider create(Map<String, String> properties);

    /** The provider of a factory that is named by its class. @throws OperatorError when there is no such factory */
    static FeatureProvider create(String className, Map<String, String> properties) {
        try {
            Object factory = Class.forName(className).getConstructor().newInstance();
            if (factory instanceof ProviderFactory known) {
                return known.create(properties);
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new OperatorError(
                    "The setting flags.provider is '" + className + "', which cannot be made (" + e
                            + "); put its jars on the class path, or set it to " + FlagsConfig.TOPIC + ".",
                    e);
        }
        throw new OperatorError("The setting flags.provider is '" + className + "' but must be " + FlagsConfig.TOPIC
                + " or the name of a class that implements " + ProviderFactory.class.getName() + ".");
    }
}
