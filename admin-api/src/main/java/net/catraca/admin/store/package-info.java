/** What the API keeps in PostgreSQL: access tokens, the audit log, idempotency keys. */
@NullMarked
package net.catraca.admin.store;

import org.jspecify.annotations.NullMarked;
