/** Days on which banks work and days on which a run may tighten. */
@NullMarked
package net.catraca.billing.calendar;

import org.jspecify.annotations.NullMarked;
