/** Reports: figures over all contracts, as JSON, CSV and XLSX. */
@NullMarked
package net.catraca.admin.report;

import org.jspecify.annotations.NullMarked;
