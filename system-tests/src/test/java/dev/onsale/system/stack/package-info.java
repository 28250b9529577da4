/** The whole system as its users see it: processes, HTTP, the gateway's ledger, the audit. */
@NullMarked
package dev.onsale.system.stack;

import org.jspecify.annotations.NullMarked;
