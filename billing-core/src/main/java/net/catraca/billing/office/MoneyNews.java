package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.run.BookedPix.Unbooked;
import net.catraca.billing.run.FeedsAlive.Heard;
import net.catraca.billing.run.FeedsAlive.MoneyFeeds;
import net.catraca.billing.run.MoneyFreshness;
import net.catraca.billing.run.MoneyFreshness.Stale;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.BankBook.Freshness;
import net.catraca.billing.store.BankBook.Received;
import net.catraca.billing.store.ClaimBook;
import net.catraca.billing.store.ClaimBook.OnItsWay;
import net.catraca.billing.store.PixBook;

/** What guards of access runs ask about money: is the news fresh and plausible, and may money be on its way to somebody? */
@Singleton
public final class MoneyNews {

    private final BankBook banks;
    private final ClaimBook claims;
    private final PixBook pix;
    private final MoneyFeeds feeds;
    private final List<MoneyFreshness> sources;

    MoneyNews(BankBook banks, ClaimBook claims, PixBook pix, MoneyFeeds feeds, List<MoneyFreshness> sources) {
        this.banks = banks;
        this.claims = claims;
        this.pix = pix;
        this.feeds = feeds;
        this.sources = List.copyOf(sources);
    }

    /** Of every agreement: the last banking day that its files cover, missing files, the last payment told. */
    public List<Freshness> freshness() {
        return banks.freshness();
    }

    /** What came in by agreement and day of payment, refunds taken off; both days included. */
    public List<Received> received(LocalDate from, LocalDate to) {
        return banks.received(from, to);
    }

    /** Notifications of Pix that are kept and not booked, refunds too. */
    public long unbookedPix() {
        return pix.waiting();
    }

    /** Elements of Pix notifications that could not be read and that nobody has seen to. */
    public long pixSetAside() {
        return pix.countSetAside();
    }

    /** The first Pix that is kept and not booked: money is known that access does not show yet. */
    public Optional<Unbooked> firstUnbookedPix() {
        return pix.unbooked();
    }

    /** What of money is not up to date; while anything is, nothing tightens without a person. Empty when all is. */
    public List<Stale> stale(Instant now) {
        return sources.stream().flatMap(source -> source.stale(now).stream()).toList();
    }

    /** Feeds that are expected to speak, and when they did last. */
    public List<Heard> heard(Instant now) {
        return feeds.heard(now);
    }

    /**
     * Of these contracts, those that a run leaves alone: an unmatched payment of the same CPF, CNPJ or amount, or a claim
     * that holds.
     *
     * @param contractIds at most {@link AccessWrite#MOST_CONTRACTS}
     */
    public Map<Long, OnItsWay> onItsWay(Collection<Long> contractIds, Instant now) {
        return claims.onItsWay(contractIds, now);
    }
}
