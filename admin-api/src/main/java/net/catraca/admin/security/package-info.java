/** Access tokens (opaque, stored hashed, looked up), roles and the permission that each action needs. */
@NullMarked
package net.catraca.admin.security;

import org.jspecify.annotations.NullMarked;
