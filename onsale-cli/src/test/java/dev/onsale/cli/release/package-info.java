@org.jspecify.annotations.NullMarked
package dev.onsale.cli.release;
