/**
 * A simulator of Stripe's PaymentIntents API with its own ledger on disk. It shares no code with the payment worker and
 * knows none of its types, so that it can be asked independently what was charged.
 */
@NullMarked
package dev.onsale.payments.simulator;

import org.jspecify.annotations.NullMarked;
