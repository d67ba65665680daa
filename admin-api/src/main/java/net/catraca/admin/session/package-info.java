/** Live sessions, their history, what subscribers have used, and what people do to sessions. */
@NullMarked
package net.catraca.admin.session;

import org.jspecify.annotations.NullMarked;
