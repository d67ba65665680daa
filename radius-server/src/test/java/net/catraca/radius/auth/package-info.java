@NullMarked
package net.catraca.radius.auth;

import org.jspecify.annotations.NullMarked;
