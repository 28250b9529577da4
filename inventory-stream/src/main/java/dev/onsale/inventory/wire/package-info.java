/**
 * Between the wire and the rules: reading a command record, deciding it, and what is written for it. No Kafka client and no
 * store in here, so that the audit decides the log again by the very same code.
 */
@NullMarked
package dev.onsale.inventory.wire;

import org.jspecify.annotations.NullMarked;
