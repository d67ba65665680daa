@NullMarked
package net.catraca.radius.nas;

import org.jspecify.annotations.NullMarked;
