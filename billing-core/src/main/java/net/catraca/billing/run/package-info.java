/** The access run: the one job that tightens for money, from preview through its guards to commit. */
@NullMarked
package net.catraca.billing.run;

import org.jspecify.annotations.NullMarked;
