package net.catraca.radius.session;

import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.session.LockViolation.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Whether a login may be used from a place. Pure. What a NAS does not tell does not open a lock: otherwise any NAS that
 * tells less would.
 */
public final class AccessLocks {

    private AccessLocks() {}

    /** Whether it may be used from everywhere. */
    @SuppressWarnings("ReferenceEquality") // those without locks share one object
    static boolean none(SubscriberSnapshot subscriber) {
        return subscriber.locks() == SubscriberLocks.NONE;
    }

    /** The first of these locks that the place does not open, or null. */
    public static @Nullable LockViolation violated(
            SubscriberSnapshot subscriber, SubscriberLocks locks, Place place, Nas nas) {
        var elsewhere = isOfNas(locks, place.nasId(), nas.region())
                ? null
                : new LockViolation(Lock.NAS, nases(locks), nas.name() + in(nas.region()));
        var first = ofDevice(locks, place);
        return first != null ? first : elsewhere != null ? elsewhere : ofLine(subscriber, locks, place);
    }

    /** Whether a session is where a login may not be used; the region of its NAS is not asked for. */
    public static boolean isViolatedBy(SubscriberSnapshot subscriber, Session session) {
        var locks = subscriber.locks();
        var place = Place.of(session);
        return ofDevice(locks, place) != null
                || (locks.region() == null && !isOfNas(locks, place.nasId(), null))
                || ofLine(subscriber, locks, place) != null;
    }

    private static @Nullable LockViolation ofDevice(SubscriberLocks locks, Place place) {
        var mac = locks.mac();
        return mac == null || mac.equals(place.mac()) ? null : new LockViolation(Lock.MAC, mac, place.mac());
    }

    private static @Nullable LockViolation ofLine(SubscriberSnapshot subscriber, SubscriberLocks locks, Place place) {
        var port = locks.port();
        if (port != null && !port.equals(place.port())) {
            return new LockViolation(Lock.PORT, port, place.port().isEmpty() ? null : place.port());
        }
        return locks.circuit() && !isOfCircuit(subscriber, place)
                ? new LockViolation(
                        Lock.CIRCUIT,
                        circuit(subscriber.circuitId(), subscriber.remoteId()),
                        place.circuitId() == null ? null : circuit(place.circuitId(), place.remoteId()))
                : null;
    }

    private static boolean isOfNas(SubscriberLocks locks, long nasId, @Nullable String region) {
        return (locks.nasIds().isEmpty() && locks.region() == null)
                || locks.nasIds().contains(nasId)
                || (locks.region() != null && locks.region().equals(region));
    }

    private static boolean isOfCircuit(SubscriberSnapshot subscriber, Place place) {
        return subscriber.circuitId() != null
                && subscriber.circuitId().equals(place.circuitId())
                && (subscriber.remoteId() == null || subscriber.remoteId().equals(place.remoteId()));
    }

    private static String nases(SubscriberLocks locks) {
        var nases = locks.nasIds().isEmpty() ? "" : "NAS " + locks.nasIds();
        return locks.region() == null ? nases : nases + (nases.isEmpty() ? "" : " or ") + "region " + locks.region();
    }

    private static String in(@Nullable String region) {
        return region == null ? "" : " in region " + region;
    }

    private static String circuit(@Nullable String circuitId, @Nullable String remoteId) {
        return circuitId + (remoteId == null ? "" : " " + remoteId);
    }
}
