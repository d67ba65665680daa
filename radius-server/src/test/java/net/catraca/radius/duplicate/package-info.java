@NullMarked
package net.catraca.radius.duplicate;

import org.jspecify.annotations.NullMarked;
