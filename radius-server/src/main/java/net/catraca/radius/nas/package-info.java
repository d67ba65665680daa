/** The routers that may ask us, by source address. */
@NullMarked
package net.catraca.radius.nas;

import org.jspecify.annotations.NullMarked;
