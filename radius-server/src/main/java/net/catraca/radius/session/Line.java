package net.catraca.radius.session;

import org.jspecify.annotations.Nullable;

/**
 * Where a session comes from, as the NAS tells it.
 *
 * @param callingStationId as sent
 * @param mac twelve lower-case hex digits, read from Calling-Station-Id; null when that is no MAC
 * @param circuitId ADSL-Forum Agent-Circuit-Id, as is {@code remoteId} its Agent-Remote-Id
 */
public record Line(
        @Nullable String callingStationId,
        @Nullable String mac,
        @Nullable String calledStationId,
        @Nullable String circuitId,
        @Nullable String remoteId) {

    public static final Line UNKNOWN = new Line(null, null, null, null, null);

    /** This, and the other where this says nothing. */
    public Line or(Line other) {
        return new Line(
                callingStationId == null ? other.callingStationId : callingStationId,
                callingStationId == null ? other.mac : mac,
                calledStationId == null ? other.calledStationId : calledStationId,
                circuitId == null ? other.circuitId : circuitId,
                remoteId == null ? other.remoteId : remoteId);
    }
}
