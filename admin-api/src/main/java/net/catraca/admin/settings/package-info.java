/** The settings of the process: one schema that parses, validates and documents them. */
@NullMarked
package net.catraca.admin.settings;

import org.jspecify.annotations.NullMarked;
