@NullMarked
package net.catraca.billing.payment;

import org.jspecify.annotations.NullMarked;
