@NullMarked
package dev.onsale.payments;

import org.jspecify.annotations.NullMarked;
