/** The story of a packet, one step a line, without sockets: from a datagram to an answer or a countable silence. */
@NullMarked
package net.catraca.radius.flow;

import org.jspecify.annotations.NullMarked;
