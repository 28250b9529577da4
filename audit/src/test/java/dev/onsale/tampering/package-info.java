/**
 * Does damage to a copied log, knowing what the wire looks like and nothing of how it is audited: it cannot see any class of
 * {@code dev.onsale.audit}, and finds its places by itself.
 */
@NullMarked
package dev.onsale.tampering;

import org.jspecify.annotations.NullMarked;
