@NullMarked
package net.catraca.radius.accounting;

import org.jspecify.annotations.NullMarked;
