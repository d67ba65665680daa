/** Plans over HTTP. */
@NullMarked
package net.catraca.admin.plan;

import org.jspecify.annotations.NullMarked;
