@NullMarked
package net.catraca.radius;

import org.jspecify.annotations.NullMarked;
