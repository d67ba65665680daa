package net.catraca.radius.office;

import jakarta.inject.Singleton;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Older;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.office.Subscribers;
import net.catraca.billing.store.Sql;
import net.catraca.radius.nas.AddressPrefix;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.CounterState;
import net.catraca.radius.session.Counters;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionKey;
import net.catraca.radius.store.SessionBook;
import org.jspecify.annotations.Nullable;

/**
 * Live sessions that began with another server: once known here, CoA and Disconnect reach them, and their next records go
 * on with them. Nobody knows what level they have; so each is set once.
 */
@Singleton
public final class AdoptedSessions {

    /** No node has it: each reads what it wrote as another's. */
    private static final int NO_NODE = 0;

    private static final Pattern MAC = Pattern.compile("[0-9a-f]{12}");

    private final Sql sql;
    private final SessionBook book;
    private final Subscribers subscribers;
    private final Nases nases;

    AdoptedSessions(Sql sql, SessionBook book, Subscribers subscribers, Nases nases) {
        this.sql = sql;
        this.book = book;
        this.subscribers = subscribers;
        this.nases = nases;
    }

    /**
     * @param nas its name, or the address that its records come from
     * @param port NAS-Port-Id, else NAS-Port, else empty: as it will be in the next record
     * @param callingStationId as sent, or null
     * @param framedIpv4 dotted, or null
     */
    public record Told(
            String nas,
            String acctSessionId,
            String userName,
            String port,
            Instant startedAt,
            @Nullable String callingStationId,
            @Nullable String framedIpv4,
            @Nullable String framedIpv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            long inputOctets,
            long outputOctets) {}

    /** Each row stands for itself; one that is known is left, and one that has ended since is passed over. @return one result a row, in their order */
    public List<ErpResult> adopt(List<Told> rows, Instant now) {
        return sql.inTransaction(() -> {
            var known = all();
            List<ErpResult> results = new ArrayList<>();
            List<Session> sessions = new ArrayList<>();
            long next = book.lastAdopted() + 1;
            for (var row : rows) {
                var nas = nas(row.nas(), known);
                var result = nas == null
                        ? new Declined(new Unknown("nas", row.nas()))
                        : adopt(row, nas, next, sessions, now);
                if (result instanceof Written written && written.how() == How.CREATED) {
                    next++;
                }
                results.add(result);
            }
            book.adopt(sessions, NO_NODE, now);
            return results;
        });
    }

    private ErpResult adopt(Told row, Nas nas, long id, List<Session> sessions, Instant now) {
        if (row.acctSessionId().isBlank() || row.acctSessionId().length() > 253) {
            return new Declined(new Invalid("acctSessionId", "1 to 253 characters"));
        }
        if (row.startedAt().isAfter(now)) {
            return new Declined(new Invalid("startedAt", "an instant that has passed"));
        }
        var address = address(row, nas);
        if (address == null) {
            return new Declined(new Invalid("nas", "the address of that router: it stands for a whole prefix here"));
        }
        if (row.framedIpv4() != null && !(literal(row.framedIpv4()) instanceof Inet4Address)) {
            return new Declined(new Invalid("framedIpv4", "an IPv4 address such as 192.0.2.1"));
        }
        var subscriber = subscribers.findByLogin(row.userName()).orElse(null);
        if (subscriber == null) {
            return new Declined(new Unknown("login", row.userName()));
        }
        var key = new SessionKey(nas.id(), row.acctSessionId(), row.userName(), row.port());
        var there = book.liveWith(key);
        if (there.isPresent()) {
            return new Written(How.UNCHANGED, there.get());
        }
        if (book.endedSince(key, subscriber.id(), row.startedAt())) {
            return new Older(); // the file is from before its end
        }
        sessions.add(session(row, nas, key, id, subscriber, address, now));
        return new Written(How.CREATED, id);
    }

    private static Session session(
            Told row, Nas nas, SessionKey key, long id, Subscriber subscriber, InetAddress address, Instant now) {
        return new Session(
                id,
                key,
                nas.name(),
                address,
                row.startedAt(),
                subscriber.id(),
                subscriber.contractId(),
                new Line(row.callingStationId(), mac(row.callingStationId()), null, null, null),
                new Addresses(row.framedIpv4(), null, row.framedIpv6Prefix(), row.delegatedIpv6Prefix()),
                null,
                new CounterState(new Counters(row.inputOctets(), row.outputOctets(), 0, 0), true),
                Math.max(0, now.getEpochSecond() - row.startedAt().getEpochSecond()),
                now,
                now,
                0,
                null,
                id);
    }

    private List<Nas> all() {
        List<Nas> all = new ArrayList<>();
        long last = 0;
        List<Nas> page;
        do {
            page = nases.list(last, 500);
            all.addAll(page);
            last = page.isEmpty() ? last : page.getLast().id();
        } while (page.size() == 500);
        return all;
    }

    private static @Nullable Nas nas(String told, List<Nas> known) {
        var byName =
                known.stream().filter(nas -> nas.name().equalsIgnoreCase(told)).findFirst();
        var address = literal(told);
        if (byName.isPresent() || address == null) {
            return byName.orElse(null);
        }
        var source = AddressPrefix.parse(told);
        return known.stream()
                .filter(nas -> AddressPrefix.parse(nas.prefix()).covers(source))
                .max(Comparator.comparingInt(
                        nas -> AddressPrefix.parse(nas.prefix()).length()))
                .orElse(null);
    }

    /** Where its CoA goes: what was told, or the one address that the NAS has. */
    private static @Nullable InetAddress address(Told row, Nas nas) {
        var told = literal(row.nas());
        if (told != null) {
            return told;
        }
        int slash = nas.prefix().indexOf('/');
        var only = literal(slash < 0 ? nas.prefix() : nas.prefix().substring(0, slash));
        boolean isOne =
                only != null && (slash < 0 || nas.prefix().endsWith(only instanceof Inet4Address ? "/32" : "/128"));
        return isOne ? only : null;
    }

    private static @Nullable String mac(@Nullable String callingStationId) {
        if (callingStationId == null) {
            return null;
        }
        String digits = callingStationId.toLowerCase(Locale.ROOT).replaceAll("[:.-]", "");
        return MAC.matcher(digits).matches() ? digits : null;
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null; // no address
        }
    }
}
