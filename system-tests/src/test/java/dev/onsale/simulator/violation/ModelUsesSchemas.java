package dev.onsale.simulator.violation;

/** A fixture: the simulator must stay free of the wire. */
public interface ModelUsesSchemas {
    dev.onsale.schemas.SectionKey key();
}
