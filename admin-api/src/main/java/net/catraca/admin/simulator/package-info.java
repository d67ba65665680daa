/**
 * NASes that are not there: they dial in, count, hang up, lose packets and obey or ignore changes as routers do, and
 * keep a ledger of what they know, which is compared with what the server kept. Packets are written and read by
 * TinyRadius and checked by the JDK's digests: nothing here may lean on the server's own RADIUS code, or a mistake would
 * agree with itself.
 */
@NullMarked
package net.catraca.admin.simulator;

import org.jspecify.annotations.NullMarked;
