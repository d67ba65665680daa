/** What the packets' tests need: requests as a NAS would send them, and how to read what comes back. */
@NullMarked
package net.catraca.radius.packet;

import org.jspecify.annotations.NullMarked;
