/** What people and jobs do with NASes: each write checked, audited and announced in one transaction. */
@NullMarked
package net.catraca.radius.office;

import org.jspecify.annotations.NullMarked;
