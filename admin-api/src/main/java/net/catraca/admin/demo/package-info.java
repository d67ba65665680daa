/** The demo ISP: made up, the same on every machine but for its dates, which are relative to the day of its start. */
@NullMarked
package net.catraca.admin.demo;

import org.jspecify.annotations.NullMarked;
