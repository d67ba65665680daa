/** Contracts over HTTP: their lives, and what people decide about them. */
@NullMarked
package net.catraca.admin.contract;

import org.jspecify.annotations.NullMarked;
