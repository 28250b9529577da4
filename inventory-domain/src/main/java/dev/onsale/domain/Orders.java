package dev.onsale.domain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The orders of one section, wherever they are kept. Only {@link Section#evolve} puts. */
public interface Orders {

    Optional<Order> find(String orderId);

    void put(Order order);

    /** Orders kept in memory. */
    static Orders inMemory() {
        Map<String, Order> byId = new HashMap<>();
        return new Orders() {
            @Override
            public Optional<Order> find(String orderId) {
                return Optional.ofNullable(byId.get(orderId));
            }

            @Override
            public void put(Order order) {
                byId.put(order.orderId(), order);
            }
        };
    }
}
