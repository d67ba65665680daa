/** Requests to machines of others: bounded in time and size, and never to where only we should get. */
@NullMarked
package net.catraca.admin.outbound;

import org.jspecify.annotations.NullMarked;
