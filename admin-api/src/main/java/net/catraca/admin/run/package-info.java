/** Access runs over HTTP: preview, look, commit. */
@NullMarked
package net.catraca.admin.run;

import org.jspecify.annotations.NullMarked;
