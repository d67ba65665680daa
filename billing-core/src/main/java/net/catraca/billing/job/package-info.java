/** Work that runs by itself at given times, once across all nodes. */
@NullMarked
package net.catraca.billing.job;

import org.jspecify.annotations.NullMarked;
