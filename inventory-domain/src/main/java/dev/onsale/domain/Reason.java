package dev.onsale.domain;

/** Why a command was refused. For a purchase, in order of precedence. */
public enum Reason {
    REQUEST_ID_REUSED,
    UNKNOWN_SECTION,
    SALES_PAUSED,
    SALES_CLOSED,
    SALES_NOT_OPEN,
    INVALID_QUANTITY,
    UNKNOWN_SEAT,
    DUPLICATE_SEAT,
    BUYER_LIMIT,
    PRICE_CHANGED,
    SEATS_TAKEN,
    SOLD_OUT,
    /** OpenSection with the definition that is on sale already. */
    ALREADY_OPEN,
    /** OpenSection with another definition that is no mere growth. */
    OPENED_DIFFERENTLY,
    INVALID_DEFINITION,
    UNKNOWN_ORDER,
    /** The order is not in a state that the command can change. */
    ORDER_ENDED,
    /** RetryPayment without a decline. */
    NOT_DECLINED,
    /** A sale that only the organizer may undo. */
    NOT_REFUNDABLE,
    /** A payment result that contradicts what was asked for or reported before. */
    UNEXPECTED_REPORT,
    /** The section is decided elsewhere for now. No answer to the request: it is sent again when that is over. */
    IN_FALLBACK,
    /** What was decided elsewhere does not follow from what is known here, or a fallback is entered or left out of turn. */
    NOT_ADOPTED
}
