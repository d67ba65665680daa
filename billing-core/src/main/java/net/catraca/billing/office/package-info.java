/** The office: what people and billing jobs may do to the books, one transaction a method, each written in the audit. */
@NullMarked
package net.catraca.billing.office;

import org.jspecify.annotations.NullMarked;
