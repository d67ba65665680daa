/** The release ledger: entries that let a contract through. */
@NullMarked
package net.catraca.billing.release;

import org.jspecify.annotations.NullMarked;
