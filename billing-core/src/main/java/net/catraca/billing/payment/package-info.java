/** Money that came in: payments, what they settled, and their reversal. */
@NullMarked
package net.catraca.billing.payment;

import org.jspecify.annotations.NullMarked;
