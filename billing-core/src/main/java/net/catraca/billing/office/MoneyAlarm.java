package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.billing.run.MoneyFreshness.Stale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when money is no longer up to date, and when it is again, each once: meanwhile runs await a person, agreements are not
 * broken and nothing lapses on time, which nobody would notice by itself. Each node says it.
 */
@Singleton
public final class MoneyAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(MoneyAlarm.class);

    private final MoneyNews news;
    private final Map<String, Standing> standings = new TreeMap<>();

    MoneyAlarm(MoneyNews news) {
        this.news = news;
    }

    /**
     * How a source stands that was stale since this node started.
     *
     * @param source such as {@code agreement itau-1}, {@code pix}, {@code erp} or {@code receipts}
     * @param why as last seen stale
     * @param since when that was first seen
     */
    public record Standing(String source, boolean stale, String why, Instant since) {}

    /** Looks at all sources; answers those that are stale and those that were. */
    public synchronized Collection<Standing> look(Instant now) {
        var stale = news.stale(now);
        stale.forEach(one -> begins(one, now));
        List.copyOf(standings.values()).stream()
                .filter(Standing::stale)
                .filter(standing -> stale.stream().noneMatch(one -> one.source().equals(standing.source())))
                .forEach(this::ends);
        return List.copyOf(standings.values());
    }

    private void begins(Stale one, Instant now) {
        var before = standings.get(one.source());
        var known = before != null && before.stale() ? before.since() : null;
        standings.put(one.source(), new Standing(one.source(), true, one.why(), known == null ? now : known));
        if (known == null) {
            LOG.error(
                    "money is not up to date: {}: {}; until it is, runs await a second person, no agreement breaks and nothing"
                            + " lapses on time",
                    one.source(),
                    one.why());
        }
    }

    private void ends(Standing standing) {
        standings.put(standing.source(), new Standing(standing.source(), false, standing.why(), standing.since()));
        LOG.info("money is up to date again: {} (it was not since {})", standing.source(), standing.since());
    }
}
