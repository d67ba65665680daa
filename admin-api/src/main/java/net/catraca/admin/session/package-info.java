/** Live sessions, their history, and what subscribers have used. */
@NullMarked
package net.catraca.admin.session;

import org.jspecify.annotations.NullMarked;
