/** What an ERP that stays the master of billing tells in bulk, row by row. */
@NullMarked
package net.catraca.billing.erp;

import org.jspecify.annotations.NullMarked;
