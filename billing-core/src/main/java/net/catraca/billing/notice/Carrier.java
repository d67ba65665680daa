package net.catraca.billing.notice;

import net.catraca.billing.notice.Wording.Words;
import org.jspecify.annotations.Nullable;

/** Carries messages of one or more channels out of the house. Used by one thread at a time. */
public interface Carrier {

    boolean carries(Channel channel);

    /** Whether somebody has set it up; without, nothing is planned for the channel. */
    boolean isSetUp(Channel channel);

    /** @param reference a text that is the same for the same notice, for the message's id */
    Carried carry(Channel channel, String to, Words words, String reference);

    /** Nothing more follows for now: connections may be closed. */
    default void rest() {}

    /** What became of a message. */
    sealed interface Carried {

        /** @param providerId how the provider names it, or null when it did not say */
        record Sent(@Nullable String providerId) implements Carried {}

        /** Never to be tried again: the address or the message is refused. */
        record Refused(String why) implements Carried {}

        /**
         * It certainly did not go out, and may later.
         *
         * @param isDown whether the provider takes nothing at all, rather than not this message
         */
        record Later(String why, boolean isDown) implements Carried {}

        /** It may have gone out; since a notice never goes out twice, it is not tried again. */
        record Unknown(String why) implements Carried {}
    }
}
