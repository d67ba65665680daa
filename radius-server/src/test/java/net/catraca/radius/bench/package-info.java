/** How long the packet path takes; run as docs/benchmarks.md says. */
@NullMarked
package net.catraca.radius.bench;

import org.jspecify.annotations.NullMarked;
