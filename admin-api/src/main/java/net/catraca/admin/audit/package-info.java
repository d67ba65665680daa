/** Who did what: the audit log, kept so that tampering shows. */
@NullMarked
package net.catraca.admin.audit;

import org.jspecify.annotations.NullMarked;
