package net.catraca.radius.accounting;

import java.net.InetAddress;
import java.time.Instant;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * An Accounting-Request as it is understood; what it is folded into are sessions.
 *
 * @param number in the journal, unique for ever: node in the upper 16 bits, then counting up; 0 before it has one
 * @param nasAddress the packet's source
 * @param at when it happened: Event-Timestamp where it is plausible, else arrival less Acct-Delay-Time (RFC 2866 §5.2;
 *     of the two never both)
 * @param receivedAt when it arrived
 */
public record AccountingEvent(
        long number, long nasId, String nasName, InetAddress nasAddress, Instant at, Instant receivedAt, What what) {

    /** The same with the number that the journal gave it. */
    public AccountingEvent numbered(long given) {
        return new AccountingEvent(given, nasId, nasName, nasAddress, at, receivedAt, what);
    }

    /** What it says. */
    public sealed interface What {

        /** Acct-Status-Type (RFC 2866 §5.1). */
        int statusType();
    }

    /**
     * Accounting-On or Accounting-Off: all sessions of that NAS have ended (RFC 2866 §5.1), and only of that NAS.
     *
     * @param on false for Accounting-Off
     */
    public record NasRestarted(boolean on) implements What {

        private static final int ACCOUNTING_ON = 7;
        private static final int ACCOUNTING_OFF = 8;

        @Override
        public int statusType() {
            return on ? ACCOUNTING_ON : ACCOUNTING_OFF;
        }
    }

    /**
     * Of tunnels (RFC 2867 §3) or of something newer: kept and acknowledged, for a NAS asks for ever otherwise; no session
     * follows from it.
     */
    public record Unrelated(int statusType) implements What {}

    /**
     * Start, Interim-Update or Stop.
     *
     * @param sessionClass of ours, or null
     * @param subscriberId whom the record speaks of as the directory knew them on arrival, or null for nobody
     * @param reported the counters, or null when the record has none
     * @param sessionSeconds Acct-Session-Time, or null
     * @param terminateCause of a Stop, or null
     * @param told what tells the session's level, see {@link LevelSigns}; or null
     * @param askedInterimSeconds how often our Access-Accept asked for an Interim-Update at most, or 0 when it did not
     */
    public record OfSession(
            Kind kind,
            SessionKey key,
            @Nullable SessionClass sessionClass,
            @Nullable Long subscriberId,
            @Nullable Long contractId,
            Line line,
            Addresses addresses,
            @Nullable Reported reported,
            @Nullable Long sessionSeconds,
            @Nullable Integer terminateCause,
            int askedInterimSeconds,
            @Nullable String told)
            implements What {

        /** One that does not tell its level. */
        public OfSession(
                Kind kind,
                SessionKey key,
                @Nullable SessionClass sessionClass,
                @Nullable Long subscriberId,
                @Nullable Long contractId,
                Line line,
                Addresses addresses,
                @Nullable Reported reported,
                @Nullable Long sessionSeconds,
                @Nullable Integer terminateCause,
                int askedInterimSeconds) {
            this(
                    kind,
                    key,
                    sessionClass,
                    subscriberId,
                    contractId,
                    line,
                    addresses,
                    reported,
                    sessionSeconds,
                    terminateCause,
                    askedInterimSeconds,
                    null);
        }

        @Override
        public int statusType() {
            return kind.statusType;
        }

        /** The same of this contract. */
        public OfSession ofContract(@Nullable Long newContractId) {
            return new OfSession(
                    kind,
                    key,
                    sessionClass,
                    subscriberId,
                    newContractId,
                    line,
                    addresses,
                    reported,
                    sessionSeconds,
                    terminateCause,
                    askedInterimSeconds,
                    told);
        }
    }

    public enum Kind {
        START(1),
        STOP(2),
        INTERIM(3);

        private final int statusType;

        Kind(int statusType) {
            this.statusType = statusType;
        }
    }

    /**
     * Counters as they stand in one record, unsigned.
     *
     * @param withGigawords whether octets hold the upper 32 bits, too; if not they are modulo 2<sup>32</sup>
     */
    public record Reported(
            long inputOctets, long outputOctets, long inputPackets, long outputPackets, boolean withGigawords) {}
}
