@NullMarked
package dev.onsale.cli.doctor;

import org.jspecify.annotations.NullMarked;
