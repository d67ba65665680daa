/** What every resource of the HTTP API shares: problem documents, strict JSON, ETags, pages and idempotent writes. */
@NullMarked
package net.catraca.admin.http;

import org.jspecify.annotations.NullMarked;
