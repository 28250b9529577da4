package dev.onsale.release.flags;

/** The OpenFeature Remote Evaluation Protocol, as flagd speaks it. */
final class OfrepTest extends ManagedServiceContract {

    OfrepTest() {
        super(new OfrepServer("change-me"), "ofrep.properties", false);
    }
}
