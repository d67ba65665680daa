/** PostgreSQL: the only packages that speak SQL; what they take and give are domain records. */
@NullMarked
package net.catraca.billing.store;

import org.jspecify.annotations.NullMarked;
