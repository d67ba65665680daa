/** Pools of addresses over HTTP. */
@NullMarked
package net.catraca.admin.address;

import org.jspecify.annotations.NullMarked;
