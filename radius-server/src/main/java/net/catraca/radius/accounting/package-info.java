/**
 * Accounting: what a NAS reports becomes durable in a journal before it is acknowledged, and is delivered from there to
 * PostgreSQL, in order and once.
 */
@NullMarked
package net.catraca.radius.accounting;

import org.jspecify.annotations.NullMarked;
