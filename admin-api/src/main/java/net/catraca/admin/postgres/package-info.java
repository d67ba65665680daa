/** The PostgreSQL that Catraca brings along: unpacks, initialises, runs and watches it, without speaking SQL. */
@NullMarked
package net.catraca.admin.postgres;

import org.jspecify.annotations.NullMarked;
