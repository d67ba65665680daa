@NullMarked
package net.catraca.admin;

import org.jspecify.annotations.NullMarked;
