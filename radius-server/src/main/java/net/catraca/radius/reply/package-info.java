/** Vendor profiles: from a level to the attributes that a NAS understands. */
@NullMarked
package net.catraca.radius.reply;

import org.jspecify.annotations.NullMarked;
