/** Webhooks: other systems are told what happened, signed, in order for each contract, at least once. */
@NullMarked
package net.catraca.billing.webhook;

import org.jspecify.annotations.NullMarked;
