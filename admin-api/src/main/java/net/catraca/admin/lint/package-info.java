/** What looks wrong in the books, over HTTP. */
@NullMarked
package net.catraca.admin.lint;

import org.jspecify.annotations.NullMarked;
