@NullMarked
package net.catraca.billing.bank;

import org.jspecify.annotations.NullMarked;
