/** Which attributes there are: number, vendor and data type of each name, from dictionaries in FreeRADIUS's format. */
@NullMarked
package net.catraca.radius.dictionary;

import org.jspecify.annotations.NullMarked;
