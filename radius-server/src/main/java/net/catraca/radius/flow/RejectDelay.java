package net.catraca.radius.flow;

import java.util.random.RandomGenerator;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.reply.ReplyProfiles;

/**
 * How long a reject waits: as the NAS says, else as its vendor's profile does, and up to a tenth more, so that guesses
 * are few and a modem that retries for ever costs little (draft-ietf-radext-deprecating-radius §8.3). Small enough a
 * tenth to stay below the NAS's time-out.
 */
public final class RejectDelay {

    private final ReplyProfiles profiles;
    private final RandomGenerator random;

    public RejectDelay(ReplyProfiles profiles, RandomGenerator random) {
        this.profiles = profiles;
        this.random = random;
    }

    int millis(Nas nas) {
        Integer own = nas.rejectDelayMillis();
        int delay = own == null ? profiles.rejectDelayMillis(nas.vendor()) : own;
        return delay + random.nextInt(delay / 10 + 1);
    }
}
