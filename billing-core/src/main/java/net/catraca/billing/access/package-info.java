/** The access decision: pure functions from a contract's facts and an instant to a level with its reason. */
@NullMarked
package net.catraca.billing.access;

import org.jspecify.annotations.NullMarked;
