/** A small ISP in memory for the tests of the packet path. */
@NullMarked
package net.catraca.radius.testing;

import org.jspecify.annotations.NullMarked;
