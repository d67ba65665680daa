/** Who buys what: customers, plans, contracts and the logins of a contract. */
@NullMarked
package net.catraca.billing.contract;

import org.jspecify.annotations.NullMarked;
