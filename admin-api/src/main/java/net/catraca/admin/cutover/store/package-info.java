/** Reads the database of the system of before. */
@NullMarked
package net.catraca.admin.cutover.store;

import org.jspecify.annotations.NullMarked;
