/** The routers that may ask, over HTTP; a shared secret goes in and never comes out. */
@NullMarked
package net.catraca.admin.nas;

import org.jspecify.annotations.NullMarked;
