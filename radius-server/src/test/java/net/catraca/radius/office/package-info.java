@NullMarked
package net.catraca.radius.office;

import org.jspecify.annotations.NullMarked;
