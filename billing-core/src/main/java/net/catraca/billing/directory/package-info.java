/** The in-memory replica of subscribers that the packet path reads. */
@NullMarked
package net.catraca.billing.directory;

import org.jspecify.annotations.NullMarked;
