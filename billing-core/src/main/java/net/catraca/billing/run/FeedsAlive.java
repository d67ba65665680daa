package net.catraca.billing.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Feeds that usually speak must have done so lately: Pix at any hour, an ERP every day. */
public record FeedsAlive(MoneyFeeds feeds, Duration silence) implements MoneyFreshness {

    /** What feeds have said. */
    @FunctionalInterface
    public interface MoneyFeeds {
        /** Feeds that have spoken about daily, and when last. */
        List<Heard> heard(Instant now);
    }

    /** @param name {@code pix} or {@code erp} */
    public record Heard(String name, Instant last) {}

    @Override
    public List<Stale> stale(Instant now) {
        return feeds.heard(now).stream()
                .filter(heard -> heard.last().plus(silence).isBefore(now))
                .map(heard -> new Stale(heard.name(), "nothing was heard since " + heard.last()))
                .toList();
    }
}
