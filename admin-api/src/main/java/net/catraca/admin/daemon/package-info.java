/** Starts the parts of Catraca in their order, tells what runs where, and stops them again. */
@NullMarked
package net.catraca.admin.daemon;

import org.jspecify.annotations.NullMarked;
