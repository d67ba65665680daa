/** What looks wrong in the books, for people to look into. */
@NullMarked
package net.catraca.billing.lint;

import org.jspecify.annotations.NullMarked;
