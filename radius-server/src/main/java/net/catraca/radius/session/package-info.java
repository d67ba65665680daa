/**
 * Live sessions: what accounting says of them, folded by rules that stand in one place; who may have how many; whose
 * lines and addresses they are.
 */
@NullMarked
package net.catraca.radius.session;

import org.jspecify.annotations.NullMarked;
