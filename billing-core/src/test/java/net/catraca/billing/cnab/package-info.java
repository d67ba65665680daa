@NullMarked
package net.catraca.billing.cnab;

import org.jspecify.annotations.NullMarked;
