package net.catraca.radius;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.catraca.radius.flow.RadiusMeters;

/**
 * Rejects that wait for their time, by the loop's own timer: they hold no thread. Belongs to one event loop. Beyond its
 * bound they do not wait.
 */
final class DelayedReplies {

    private final EventLoop loop;
    private final int most;
    private final RadiusMeters meters;
    private final Set<Later> waiting = new HashSet<>();

    private final class Later implements Runnable {
        private final Runnable send;

        private Later(Runnable send) {
            this.send = send;
        }

        @Override
        public void run() {
            if (waiting.remove(this)) {
                meters.rejectNoLongerPending();
                send.run();
            }
        }
    }

    DelayedReplies(EventLoop loop, int most, RadiusMeters meters) {
        this.loop = loop;
        this.most = most;
        this.meters = meters;
    }

    /** @param send runs on the loop: after the delay, or at once when there is none or too many wait */
    void send(int delayMillis, Runnable send) {
        if (delayMillis == 0) {
            send.run();
        } else if (waiting.size() >= most) {
            meters.rejectUndelayed();
            send.run();
        } else {
            var later = new Later(send);
            waiting.add(later);
            meters.rejectPending();
            var _ = loop.schedule(later, delayMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Sends all of them now: the daemon stops, and a NAS need not wait for its time-out. */
    void sendAll() {
        new ArrayList<>(waiting).forEach(Later::run);
    }
}
