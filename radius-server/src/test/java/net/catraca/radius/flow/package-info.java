@NullMarked
package net.catraca.radius.flow;

import org.jspecify.annotations.NullMarked;
