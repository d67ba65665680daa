@NullMarked
package net.catraca.billing.office;

import org.jspecify.annotations.NullMarked;
