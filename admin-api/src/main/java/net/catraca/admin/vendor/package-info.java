/** The vendor profiles of this node: what is loaded, and reading them again. */
@NullMarked
package net.catraca.admin.vendor;

import org.jspecify.annotations.NullMarked;
