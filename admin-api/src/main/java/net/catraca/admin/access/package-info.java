/** Why a contract has the access it has, and what each router would be told. */
@NullMarked
package net.catraca.admin.access;

import org.jspecify.annotations.NullMarked;
