/** What contracts owe, over HTTP. */
@NullMarked
package net.catraca.admin.receivable;

import org.jspecify.annotations.NullMarked;
