/** The logins of contracts over HTTP; a password goes in and never comes out. */
@NullMarked
package net.catraca.admin.subscriber;

import org.jspecify.annotations.NullMarked;
