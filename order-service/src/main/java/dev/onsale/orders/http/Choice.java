package dev.onsale.orders.http;

import dev.onsale.orders.http.Router.Action;

/** Which of two ways a call takes. */
interface Choice {

    /** There is only the usual one. */
    Choice USUAL = (usual, atDesk) -> usual;

    /** @param atDesk while a fallback is under way */
    Action of(Action usual, Action atDesk);
}
