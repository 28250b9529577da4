package dev.onsale.orders.layout;

/** A layout that cannot be put on sale. The message names line and field and says what would be right. */
public final class LayoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String field;

    LayoutException(int line, String field, String rule) {
        super("Line " + line + (field.isEmpty() ? "" : ", " + field) + ": " + rule + ".");
        this.line = line;
        this.field = field;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** Such as {@code sections[0].price}; empty: the text as a whole. */
    public String field() {
        return field;
    }
}
