/** Import from the system of before, by files and from FreeRADIUS's tables, with a dry run. */
@NullMarked
package net.catraca.admin.cutover;

import org.jspecify.annotations.NullMarked;
