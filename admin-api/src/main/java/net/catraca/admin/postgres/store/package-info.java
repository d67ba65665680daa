/** Users and databases in the embedded PostgreSQL. */
@NullMarked
package net.catraca.admin.postgres.store;

import org.jspecify.annotations.NullMarked;
