/** What stands before the instances of order-service and sends buyers to one build or another. */
@NullMarked
package dev.onsale.release.edge;

import org.jspecify.annotations.NullMarked;
