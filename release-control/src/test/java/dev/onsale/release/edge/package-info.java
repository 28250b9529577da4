/** Tests of what stands before order-service. */
@org.jspecify.annotations.NullMarked
package dev.onsale.release.edge;
