package dev.onsale.orders.view;

import dev.onsale.wire.OrderStatus;

/** Told of every new status of an order that the view took, after it can be read. Must not block. */
@FunctionalInterface
interface StatusListener {
    void changed(OrderStatus status);
}
