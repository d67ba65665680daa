/** What an ERP pushes in bulk, and what of it waits for a second person. */
@NullMarked
package net.catraca.admin.erp;

import org.jspecify.annotations.NullMarked;
