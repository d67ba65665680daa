/** Notices (régua de cobrança): when somebody is told of a debt, in which words, and what carries the message. */
@NullMarked
package net.catraca.billing.notice;

import org.jspecify.annotations.NullMarked;
