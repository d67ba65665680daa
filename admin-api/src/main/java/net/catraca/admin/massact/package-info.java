/** What jobs may do only so often until a person allows more. */
@NullMarked
package net.catraca.admin.massact;

import org.jspecify.annotations.NullMarked;
