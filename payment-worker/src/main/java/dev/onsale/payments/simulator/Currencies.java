package dev.onsale.payments.simulator;

import java.util.Currency;
import java.util.Locale;

/** Stripe writes ISO 4217 codes in lower case; the ledger in upper case, as everybody else does. */
final class Currencies {

    private Currencies() {}

    /** The code in upper case. @throws Refusal when it is no ISO 4217 code */
    static String require(String code) {
        try {
            return Currency.getInstance(code.toUpperCase(Locale.ROOT)).getCurrencyCode();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("currency", "Invalid currency: " + code + "; use an ISO 4217 code.");
        }
    }

    static String onTheWire(String code) {
        return code.toLowerCase(Locale.ROOT);
    }
}
