@NullMarked
package net.catraca.radius.dynauth;

import org.jspecify.annotations.NullMarked;
