/** What the tests of all modules share: a real PostgreSQL and a clock that a test moves. */
@NullMarked
package net.catraca.billing.testing;

import org.jspecify.annotations.NullMarked;
