/** What the owner and the finance desk look at: figures over all contracts. */
@NullMarked
package net.catraca.billing.report;

import org.jspecify.annotations.NullMarked;
