/** The keys that stored secrets are sealed with: which are in use, and the pass after a rotation. */
@NullMarked
package net.catraca.admin.secret;

import org.jspecify.annotations.NullMarked;
