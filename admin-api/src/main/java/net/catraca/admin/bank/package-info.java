/** News of money from banks, over HTTP and a watched folder. */
@NullMarked
package net.catraca.admin.bank;

import org.jspecify.annotations.NullMarked;
