/** Measurements, run by hand as docs/benchmarks.md says. */
@NullMarked
package net.catraca.billing.bench;

import org.jspecify.annotations.NullMarked;
