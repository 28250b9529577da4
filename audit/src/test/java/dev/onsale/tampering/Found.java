package dev.onsale.tampering;

/** A record that was found in a log before anything was done to it. */
record Found<T>(Place place, Entry entry, T value) {}
