/** The release ledger over HTTP. */
@NullMarked
package net.catraca.admin.release;

import org.jspecify.annotations.NullMarked;
