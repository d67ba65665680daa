/** Webhooks: endpoints and their log by API, and who sends. */
@NullMarked
package net.catraca.admin.webhook;

import org.jspecify.annotations.NullMarked;
