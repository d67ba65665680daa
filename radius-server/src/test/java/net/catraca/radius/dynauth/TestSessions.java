package net.catraca.radius.dynauth;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.CounterState;
import net.catraca.radius.session.Counters;
import net.catraca.radius.session.Evidence;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.LiveSessions;
import net.catraca.radius.session.Readings;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionKey;
import net.catraca.radius.session.SessionListener;
import org.jspecify.annotations.Nullable;

/** Live sessions as a test tells them. */
final class TestSessions implements LiveSessions {

    private final Map<Long, Session> live = new ConcurrentHashMap<>();
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();

    /** @param opened null for a Class that is none of ours */
    static Session session(
            long id,
            long nasId,
            String login,
            long subscriberId,
            long contractId,
            @Nullable SessionClass opened,
            Instant at) {
        return session(id, nasId, InetAddress.getLoopbackAddress(), login, subscriberId, contractId, opened, at);
    }

    static Session session(
            long id,
            long nasId,
            InetAddress nasAddress,
            String login,
            long subscriberId,
            long contractId,
            @Nullable SessionClass opened,
            Instant at) {
        return new Session(
                id,
                new SessionKey(nasId, "s-" + id, login, "ether1"),
                "nas-" + nasId,
                nasAddress,
                at,
                subscriberId,
                contractId,
                Line.UNKNOWN,
                new Addresses("100.64.0." + (id % 250 + 1), null, null, null),
                opened,
                CounterState.NONE,
                0,
                at,
                at,
                300,
                null,
                id);
    }

    static SessionClass opened(long subscriberId, AccessLevel level, long planId, long planVersion) {
        return new SessionClass(subscriberId, 1, level, planId, planVersion);
    }

    static Session later(Session session, Instant at, long inputOctets, long outputOctets) {
        return new Session(
                session.id(),
                session.key(),
                session.nasName(),
                session.nasAddress(),
                session.startedAt(),
                session.subscriberId(),
                session.contractId(),
                session.line(),
                session.addresses(),
                session.sessionClass(),
                new CounterState(new Counters(inputOctets, outputOctets, 0, 0), true),
                0,
                at,
                at,
                300,
                null,
                session.lastRecord() + 1);
    }

    /** The same whose last record tells its level so. */
    static Session telling(Session session, @Nullable String told) {
        return new Session(
                session.id(),
                session.key(),
                session.nasName(),
                session.nasAddress(),
                session.startedAt(),
                session.subscriberId(),
                session.contractId(),
                session.line(),
                session.addresses(),
                session.sessionClass(),
                session.counted(),
                session.seconds(),
                session.lastEventAt(),
                session.lastHeardAt(),
                session.interimSeconds(),
                session.end(),
                session.lastRecord(),
                new Evidence(null, true, Readings.NONE, told));
    }

    void put(Session session) {
        var before = live.put(session.id(), session);
        listeners.forEach(listener -> listener.changed(before, session));
    }

    void end(long id, SessionEnd.Cause cause, Instant at) {
        var before = live.remove(id);
        if (before == null) {
            return;
        }
        var ended = new Session(
                before.id(),
                before.key(),
                before.nasName(),
                before.nasAddress(),
                before.startedAt(),
                before.subscriberId(),
                before.contractId(),
                before.line(),
                before.addresses(),
                before.sessionClass(),
                before.counted(),
                0,
                at,
                at,
                300,
                new SessionEnd(at, cause, null),
                before.lastRecord() + 1);
        listeners.forEach(listener -> listener.changed(before, ended));
    }

    @Override
    public @Nullable Session byId(long id) {
        return live.get(id);
    }

    @Override
    public List<Session> ofSubscriber(long subscriberId) {
        return live.values().stream()
                .filter(session -> session.subscriberId() != null && session.subscriberId() == subscriberId)
                .toList();
    }

    @Override
    public List<Session> ofContract(long contractId) {
        // Tests give a session the number of its contract.
        var session = live.get(contractId);
        return session == null ? List.of() : List.of(session);
    }

    @Override
    public @Nullable Session byAddress(String address) {
        return null;
    }

    @Override
    public void forEach(Consumer<Session> visitor) {
        live.values().forEach(visitor);
    }

    @Override
    public void forEachOfNas(long nasId, Consumer<Session> visitor) {
        live.values().stream().filter(session -> session.key().nasId() == nasId).forEach(visitor);
    }

    @Override
    public int size() {
        return live.size();
    }

    @Override
    public void listen(SessionListener listener) {
        listeners.add(listener);
    }
}
