/** What records make of sessions, and how they are kept in memory. */
@NullMarked
package net.catraca.radius.session;

import org.jspecify.annotations.NullMarked;
