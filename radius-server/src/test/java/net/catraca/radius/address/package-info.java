@NullMarked
package net.catraca.radius.address;

import org.jspecify.annotations.NullMarked;
