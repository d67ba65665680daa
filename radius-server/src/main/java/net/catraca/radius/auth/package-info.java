/** Whether a request proves who it is: PAP, CHAP, MS-CHAP, or the line it comes from. */
@NullMarked
package net.catraca.radius.auth;

import org.jspecify.annotations.NullMarked;
