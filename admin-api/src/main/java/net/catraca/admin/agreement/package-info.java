/** Agreements: old debt replaced by instalments, over HTTP. */
@NullMarked
package net.catraca.admin.agreement;

import org.jspecify.annotations.NullMarked;
