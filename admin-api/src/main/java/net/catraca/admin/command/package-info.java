/** The command line: what a person types after {@code ./catraca}. */
@NullMarked
package net.catraca.admin.command;

import org.jspecify.annotations.NullMarked;
