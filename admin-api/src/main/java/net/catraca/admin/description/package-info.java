/** The API described by itself: an OpenAPI document that the build begins and the routes complete, and its page. */
@NullMarked
package net.catraca.admin.description;

import org.jspecify.annotations.NullMarked;
