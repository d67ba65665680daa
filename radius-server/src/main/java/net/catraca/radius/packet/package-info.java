/** RADIUS octets: decode without throwing, digest in constant time, encode with the Message-Authenticator first. */
@NullMarked
package net.catraca.radius.packet;

import org.jspecify.annotations.NullMarked;
