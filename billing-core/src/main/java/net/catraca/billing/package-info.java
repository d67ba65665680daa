@NullMarked
package net.catraca.billing;

import org.jspecify.annotations.NullMarked;
