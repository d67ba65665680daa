/** Customers over HTTP. */
@NullMarked
package net.catraca.admin.customer;

import org.jspecify.annotations.NullMarked;
