/**
 * Addresses that we assign ourselves: pools, what a node holds of them, and to whom it has given what. The packet path
 * assigns from memory; a node takes blocks of a pool ahead, in the background.
 */
@NullMarked
package net.catraca.radius.address;

import org.jspecify.annotations.NullMarked;
