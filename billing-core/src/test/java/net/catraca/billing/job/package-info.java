@NullMarked
package net.catraca.billing.job;

import org.jspecify.annotations.NullMarked;
