package net.catraca.billing.webhook;

import java.util.Locale;
import net.catraca.billing.access.AccessDecision;
import net.catraca.billing.access.Reason;
import org.jspecify.annotations.Nullable;

/** A decision as JSON: words, days and numbers only, so nothing is to be escaped. */
public final class ReasonJson {

    private ReasonJson() {}

    /** As {@code {"rule":"block-threshold","since":"2026-11-10","daysLate":15,…}}. */
    public static String of(AccessDecision decision) {
        var out = new StringBuilder("{\"rule\":").append(text(decision.rule()));
        switch (decision.why()) {
            case Reason.Cancelled(var on) -> member(out, "on", on);
            case Reason.AwaitingActivation(var until) -> member(out, "activeUntil", until);
            case Reason.ManuallyBlocked(var since) -> member(out, "since", since);
            case Reason.Paused(var first, var last) -> member(member(out, "first", first), "last", last);
            case Reason.Exempt(var first, var last) -> member(member(out, "first", first), "last", last);
            case Reason.Released(var kind, var from, var until) ->
                member(member(member(out, "release", kind), "from", from), "until", until);
            case Reason.Late late -> late(out, late);
            case Reason.Protected(var by, var until, var withheld, var late) ->
                late(member(member(member(out, "by", by), "until", until), "withheld", withheld), late);
            case Reason.AwaitingRun(var computed, var committed, var late) ->
                late(member(member(out, "computed", computed), "committed", committed), late);
            case Reason.InGoodStanding(var paidUntil) -> member(out, "paidUntil", paidUntil);
        }
        return out.append('}').toString();
    }

    private static StringBuilder late(StringBuilder out, Reason.Late late) {
        member(out, "since", late.since());
        return out.append(",\"daysLate\":")
                .append(late.daysLate())
                .append(",\"threshold\":")
                .append(late.threshold())
                .append(",\"renegotiated\":")
                .append(late.renegotiated());
    }

    /** Days and instants in ISO 8601, constants in kebab case. */
    private static StringBuilder member(StringBuilder out, String name, @Nullable Object value) {
        return out.append(",\"").append(name).append("\":").append(text(value));
    }

    private static String text(@Nullable Object value) {
        return value == null
                ? "null"
                : "\"" + (value instanceof Enum<?> constant ? word(constant) : value.toString()) + "\"";
    }

    /** A constant as the API writes it. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
