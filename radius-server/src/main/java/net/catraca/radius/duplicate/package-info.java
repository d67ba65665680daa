/** Retransmissions of one event loop: new, in progress, or answered with the same octets (RFC 5080 §2.2.2). */
@NullMarked
package net.catraca.radius.duplicate;

import org.jspecify.annotations.NullMarked;
