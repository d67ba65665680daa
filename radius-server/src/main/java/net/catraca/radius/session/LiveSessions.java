package net.catraca.radius.session;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions that this node knows, in memory. What it hands out is immutable and may be out of date by the time
 * it is looked at. Thread-safe, and never waits for the database.
 */
public interface LiveSessions {

    /** The session of that id while it lives, or null. */
    @Nullable
    Session byId(long id);

    /** In no order; usually none or one. */
    List<Session> ofSubscriber(long subscriberId);

    List<Session> ofContract(long contractId);

    /** The one with that IPv4 or IPv6 address, as text, or null. */
    @Nullable
    Session byAddress(String address);

    /** Each live session once, in no order; those that change meanwhile may be seen as they were or as they are. */
    void forEach(Consumer<Session> visitor);

    /** The same of one NAS. */
    void forEachOfNas(long nasId, Consumer<Session> visitor);

    int size();

    /** From now on the listener hears of every change; of what is there already it asks by itself. */
    void listen(SessionListener listener);
}
