@NullMarked
package net.catraca.radius.store;

import org.jspecify.annotations.NullMarked;
