/** Money that came in, over HTTP. */
@NullMarked
package net.catraca.admin.payment;

import org.jspecify.annotations.NullMarked;
