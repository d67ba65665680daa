/** Freezes: times in which nothing tightens. */
@NullMarked
package net.catraca.admin.freeze;

import org.jspecify.annotations.NullMarked;
