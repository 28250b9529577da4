/**
 * The payment worker: executes the payment operations that the decider asked for, exactly as written, and reports how
 * they ended. It keeps no state; what makes a repeated execution harmless is the idempotency key in every request.
 */
@NullMarked
package dev.onsale.payments;

import org.jspecify.annotations.NullMarked;
