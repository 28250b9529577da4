package dev.onsale.orders.view;

import org.jspecify.annotations.Nullable;

/** The view cannot be read at this moment: it starts, restores, or its partitions move between instances. */
public final class ViewUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ViewUnavailableException(@Nullable Throwable cause) {
        super("the view of orders cannot be read at this moment", cause);
    }
}
