/** Reads the topics again, decides again, and proves what was sold and charged, or shows where it was not as promised. */
@NullMarked
package dev.onsale.audit;

import org.jspecify.annotations.NullMarked;
