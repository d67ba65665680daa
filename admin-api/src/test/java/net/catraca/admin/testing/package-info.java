/** The API as its tests see it: a real server, a real PostgreSQL, and requests as any client sends them. */
@NullMarked
package net.catraca.admin.testing;

import org.jspecify.annotations.NullMarked;
