/**
 * Dynamic authorisation (RFC 5176): brings what a NAS does with a live session to what was decided, under a budget for
 * each NAS, and keeps both until they agree.
 */
@NullMarked
package net.catraca.radius.dynauth;

import org.jspecify.annotations.NullMarked;
