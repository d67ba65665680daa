/** What a contract owes: receivables, when they fall due and when they are settled. */
@NullMarked
package net.catraca.billing.receivable;

import org.jspecify.annotations.NullMarked;
