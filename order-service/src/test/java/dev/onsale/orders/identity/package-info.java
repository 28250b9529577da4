@org.jspecify.annotations.NullMarked
package dev.onsale.orders.identity;
