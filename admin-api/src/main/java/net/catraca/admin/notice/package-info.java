/** Notices: when customers are told of their debts, in which words, by whom, and what became of it. */
@NullMarked
package net.catraca.admin.notice;

import org.jspecify.annotations.NullMarked;
