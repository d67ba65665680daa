package net.catraca.admin.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A cell of a report's file. */
sealed interface Cell {

    /** @param text may have been typed in by anybody */
    record Text(@Nullable String text) implements Cell {}

    record Count(long number) implements Cell {}

    /** Shown in reais with decimals. */
    record Cents(long cents) implements Cell {}

    /** Shown in the zone of the reports. */
    record Moment(@Nullable Instant at) implements Cell {}
}
