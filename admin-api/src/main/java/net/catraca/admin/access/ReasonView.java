package net.catraca.admin.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.Rule;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/** Why, as facts: {@code kind} says which, and only the members that belong to it are there. */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Reason",
        description = "Why, as facts: kind says which, and only the members that belong to it are there.")
record ReasonView(
        Kind kind,
        @Nullable @Schema(description = "cancelled") LocalDate cancelledOn,

        @Nullable @Schema(description = "awaiting-activation: last day of the installer's grace")
        LocalDate activeUntil,

        @Nullable @Schema(description = "manually-blocked") Instant blockedSince,
        @Nullable @Schema(description = "paused, exempt") LocalDate firstDay,

        @Nullable @Schema(description = "paused, exempt: absent while open")
        LocalDate lastDay,

        @Nullable @Schema(description = "released") ReleaseKind releaseKind,
        @Nullable @Schema(description = "released") Instant releasedFrom,

        @Nullable @Schema(description = "released: absent when a later run ends it")
        Instant releasedUntil,

        @Nullable @Schema(description = "late, protected, awaiting-run: day 0")
        LocalDate lateSince,

        @Nullable @Schema(description = "late, protected, awaiting-run")
        Integer daysLate,

        @Nullable @Schema(description = "late, protected, awaiting-run: days late from which the rule holds")
        Integer threshold,

        @Nullable @Schema(description = "late, protected, awaiting-run: whether the debt is renegotiated")
        Boolean renegotiated,

        @Nullable
        @Schema(description = "late, protected, awaiting-run: whether day 0 is a prepaid contract's paid-until")
        Boolean lapsed,

        @Nullable @Schema(description = "protected: the rule that protects")
        Rule protectedBy,

        @Nullable @Schema(description = "protected: last day, absent when without end")
        LocalDate protectedUntil,

        @Nullable @Schema(description = "protected: the level that is not applied")
        AccessLevel withheld,

        @Nullable @Schema(description = "awaiting-run: what policy says")
        AccessLevel computed,

        @Nullable @Schema(description = "awaiting-run: what a run has fixed")
        AccessLevel committed,

        @Nullable @Schema(description = "in-good-standing: last covered day")
        LocalDate paidUntil) {

    @Schema(name = "ReasonKind")
    enum Kind {
        CANCELLED,
        AWAITING_ACTIVATION,
        MANUALLY_BLOCKED,
        PAUSED,
        EXEMPT,
        RELEASED,
        LATE,
        PROTECTED,
        AWAITING_RUN,
        IN_GOOD_STANDING
    }

    static ReasonView of(Reason reason) {
        return switch (reason) {
            case Reason.Cancelled(var on) ->
                new Facts(Kind.CANCELLED).cancelledOn(on).view();
            case Reason.AwaitingActivation(var activeUntil) ->
                new Facts(Kind.AWAITING_ACTIVATION).activeUntil(activeUntil).view();
            case Reason.ManuallyBlocked(var since) ->
                new Facts(Kind.MANUALLY_BLOCKED).blockedSince(since).view();
            case Reason.Paused(var first, var last) ->
                new Facts(Kind.PAUSED).days(first, last).view();
            case Reason.Exempt(var first, var last) ->
                new Facts(Kind.EXEMPT).days(first, last).view();
            case Reason.Released(var kind, var from, var until) ->
                new Facts(Kind.RELEASED).released(kind, from, until).view();
            case Reason.Late late -> new Facts(Kind.LATE).late(late).view();
            case Reason.Protected(var by, var until, var withheld, var late) ->
                new Facts(Kind.PROTECTED)
                        .late(late)
                        .shielded(by, until, withheld)
                        .view();
            case Reason.AwaitingRun(var computed, var committed, var late) ->
                new Facts(Kind.AWAITING_RUN)
                        .late(late)
                        .levels(computed, committed)
                        .view();
            case Reason.InGoodStanding(var paidUntil) ->
                new Facts(Kind.IN_GOOD_STANDING).paidUntil(paidUntil).view();
        };
    }

    /** Gathers the facts of one kind; the record has many components of which a kind uses few. */
    private static final class Facts {

        private final Kind kind;
        private @Nullable LocalDate cancelledOn;
        private @Nullable LocalDate activeUntil;
        private @Nullable Instant blockedSince;
        private @Nullable LocalDate firstDay;
        private @Nullable LocalDate lastDay;
        private @Nullable ReleaseKind releaseKind;
        private @Nullable Instant releasedFrom;
        private @Nullable Instant releasedUntil;
        private Reason.@Nullable Late late;
        private @Nullable Rule protectedBy;
        private @Nullable LocalDate protectedUntil;
        private @Nullable AccessLevel withheld;
        private @Nullable AccessLevel computed;
        private @Nullable AccessLevel committed;
        private @Nullable LocalDate paidUntil;

        Facts(Kind kind) {
            this.kind = kind;
        }

        Facts cancelledOn(LocalDate day) {
            cancelledOn = day;
            return this;
        }

        Facts activeUntil(@Nullable LocalDate day) {
            activeUntil = day;
            return this;
        }

        Facts blockedSince(Instant instant) {
            blockedSince = instant;
            return this;
        }

        Facts days(LocalDate first, @Nullable LocalDate last) {
            firstDay = first;
            lastDay = last;
            return this;
        }

        Facts released(ReleaseKind newKind, Instant from, @Nullable Instant until) {
            releaseKind = newKind;
            releasedFrom = from;
            releasedUntil = until;
            return this;
        }

        Facts late(Reason.Late facts) {
            late = facts;
            return this;
        }

        Facts shielded(Rule by, @Nullable LocalDate until, AccessLevel level) {
            protectedBy = by;
            protectedUntil = until;
            withheld = level;
            return this;
        }

        Facts levels(AccessLevel newComputed, AccessLevel newCommitted) {
            computed = newComputed;
            committed = newCommitted;
            return this;
        }

        Facts paidUntil(@Nullable LocalDate day) {
            paidUntil = day;
            return this;
        }

        ReasonView view() {
            return new ReasonView(
                    kind,
                    cancelledOn,
                    activeUntil,
                    blockedSince,
                    firstDay,
                    lastDay,
                    releaseKind,
                    releasedFrom,
                    releasedUntil,
                    late == null ? null : late.since(),
                    late == null ? null : late.daysLate(),
                    late == null ? null : late.threshold(),
                    late == null ? null : late.renegotiated(),
                    late == null ? null : late.lapsed(),
                    protectedBy,
                    protectedUntil,
                    withheld,
                    computed,
                    committed,
                    paidUntil);
        }
    }
}
