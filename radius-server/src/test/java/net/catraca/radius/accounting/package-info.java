/** Accounting from the packet to its journal. */
@NullMarked
package net.catraca.radius.accounting;

import org.jspecify.annotations.NullMarked;
