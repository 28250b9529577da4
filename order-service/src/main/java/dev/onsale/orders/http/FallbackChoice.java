package dev.onsale.orders.http;

import dev.onsale.fallback.desk.NotSoldHereException;
import dev.onsale.orders.fallback.Fallback;
import dev.onsale.orders.http.Router.Action;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends calls to the desk while a fallback is under way, and tells callers what the desk cannot do. */
final class FallbackChoice implements Choice {

    private static final Logger log = LoggerFactory.getLogger(FallbackChoice.class);
    private static final int AGAIN_SECONDS = 2;

    private final Fallback fallback;

    FallbackChoice(Fallback fallback) {
        this.fallback = fallback;
    }

    @Override
    public Action of(Action usual, Action atDesk) {
        return call -> {
            if (!fallback.underWay()) {
                usual.answer(call);
                return;
            }
            try {
                atDesk.answer(call);
            } catch (NotSoldHereException e) {
                if (e.why() != NotSoldHereException.Cause.NO_FALLBACK) {
                    throw refusal(e);
                }
                usual.answer(call);
            } catch (JdbiException e) {
                throw unavailable(call, e);
            }
        };
    }

    private static Problem refusal(NotSoldHereException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.why()) {
            case CHANGING, NO_FALLBACK -> changing(message);
            case WITHHELD ->
                Problem.tryAgain("section-withheld", "Nothing of the section is sold for now", message, AGAIN_SECONDS);
            case UNKNOWN_SECTION -> Problem.of(404, "section-not-found", "No such section", message);
        };
    }

    static Problem changing(String detail) {
        return Problem.tryAgain("fallback-changing", "A fallback begins or ends", detail, AGAIN_SECONDS);
    }

    private static RuntimeException unavailable(Call call, JdbiException e) {
        if (call.answered()) {
            return e;
        }
        log.warn("PostgreSQL fails: {}", e.toString());
        return Problem.tryAgain(
                "fallback-unavailable",
                "The call cannot be taken right now",
                "The database did not answer, so the call may or may not have been taken. Send the same call again, a"
                        + " purchase with the same Idempotency-Key: it counts once, and never buys twice.",
                AGAIN_SECONDS);
    }

    /** Of a call that has to wait for the end of the fallback. */
    static Problem notNow() {
        return Problem.tryAgain(
                "fallback-active",
                "Events cannot be opened right now",
                "Sales go on without the log for now; send the same call again when the fallback is over.",
                AGAIN_SECONDS);
    }
}
