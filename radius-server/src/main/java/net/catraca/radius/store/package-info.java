/** The NASes in PostgreSQL, and what keeps the registry in memory equal to them. */
@NullMarked
package net.catraca.radius.store;

import org.jspecify.annotations.NullMarked;
