/** News of money from outside: bank agreements, charges, files, notifications, what nobody could match, and claims. */
@NullMarked
package net.catraca.billing.bank;

import org.jspecify.annotations.NullMarked;
