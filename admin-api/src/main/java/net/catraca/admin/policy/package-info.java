/** Access policies over HTTP: dated versions with their examples. */
@NullMarked
package net.catraca.admin.policy;

import org.jspecify.annotations.NullMarked;
