/** Secrets at rest: sealed with keys from a file or the environment, never in clear in database, log or answer. */
@NullMarked
package net.catraca.billing.secret;

import org.jspecify.annotations.NullMarked;
