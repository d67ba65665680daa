/**
 * Reads banks' return files (CNAB 240 and 400) by layouts that are data: {@code cnab/*.yaml} among the resources. It knows
 * fixed-width records, not contracts: what a movement pays is decided elsewhere.
 */
@NullMarked
package net.catraca.billing.cnab;

import org.jspecify.annotations.NullMarked;
