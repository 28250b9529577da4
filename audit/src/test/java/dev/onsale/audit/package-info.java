/** The auditor is audited: clean logs are proven, and every kind of tampering is found. */
@NullMarked
package dev.onsale.audit;

import org.jspecify.annotations.NullMarked;
