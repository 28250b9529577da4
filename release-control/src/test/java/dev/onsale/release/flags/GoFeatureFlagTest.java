package dev.onsale.release.flags;

/** GO Feature Flag by the OpenFeature Remote Evaluation Protocol, which its relay proxy speaks. */
final class GoFeatureFlagTest extends ManagedServiceContract {

    GoFeatureFlagTest() {
        super(new OfrepServer("change-me"), "go-feature-flag.properties", false);
    }
}
