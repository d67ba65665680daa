/** Jobs: how they stand, what came of their runs, run one now, pause one. */
@NullMarked
package net.catraca.admin.job;

import org.jspecify.annotations.NullMarked;
