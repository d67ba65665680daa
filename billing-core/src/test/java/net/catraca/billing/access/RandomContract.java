package net.catraca.billing.access;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.testing.BooksBuilder;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;

/**
 * A contract with a life at random: short periods, low thresholds and busy people, so that everything meets everything
 * within weeks. All instants lie on whole hours, so that a scan by hours misses nothing.
 */
final class RandomContract {

    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("America/Sao_Paulo"),
            ZoneId.of("America/Sao_Paulo"),
            ZoneId.of("UTC"),
            ZoneId.of("America/New_York"),
            ZoneId.of("Asia/Tokyo"));

    /** With summer time in São Paulo; today; before a leap day. */
    private static final List<LocalDate> STARTS =
            List.of(LocalDate.of(2018, 8, 20), LocalDate.of(2026, 1, 5), LocalDate.of(2027, 12, 10));

    private final Random random;
    final ZoneId zone;
    final LocalDate start;
    final List<AccessPolicyVersion> versions;
    final BooksBuilder books;
    private final int receivables;
    private Instant now;
    private Set<Long> postponed = Set.of();
    private boolean newDoNotBlockUntil;
    private @Nullable LocalDate doNotBlockUntil;

    RandomContract(Random random) {
        this.random = random;
        zone = oneOf(ZONES);
        start = oneOf(STARTS);
        now = start.atStartOfDay(zone).toInstant();
        versions = versions();
        receivables = 2 + random.nextInt(6);
        books = new BooksBuilder()
                .zone(zone)
                .mode(oneOf(List.of(BillingMode.values())))
                .baseDate(start.plusDays(random.nextInt(20)).toString())
                .policy(new AccessPolicy(1, 1, "random", versions));
        issue();
    }

    Instant now() {
        return now;
    }

    Set<Long> postponed() {
        return postponed;
    }

    boolean newDoNotBlockUntil() {
        return newDoNotBlockUntil;
    }

    /** Goes on to some later instant; often to a midnight or the hour before. */
    Instant later(Instant from) {
        if (random.nextInt(3) == 0) {
            return from.plus(Duration.ofHours(random.nextInt(30)));
        }
        var midnight = LocalDate.ofInstant(from, zone)
                .plusDays(1 + random.nextInt(9))
                .atStartOfDay(zone)
                .toInstant();
        return midnight.plus(Duration.ofHours(random.nextInt(3) - 1));
    }

    void advance() {
        now = later(now);
    }

    /** Somebody does something; the rows change, and nothing is balanced yet. */
    void act() {
        postponed = Set.of();
        newDoNotBlockUntil = false;
        var today = LocalDate.ofInstant(now, zone);
        switch (random.nextInt(27)) {
            case 0, 1, 2, 3 -> books.settle(aReceivable());
            case 4, 5 -> books.reverse(aReceivable());
            case 6 -> books.cancel(aReceivable());
            case 7 -> books.renegotiate(aReceivable());
            case 8, 9 -> postpone(today);
            case 10 -> books.pause(today.plusDays(random.nextInt(9) - 4), maybe(today.plusDays(4 + random.nextInt(5))));
            case 11 ->
                books.exemption(today.plusDays(random.nextInt(9) - 4), maybe(today.plusDays(4 + random.nextInt(5))));
            case 12 -> books.release(ReleaseKind.MANUAL, aReleaseLevel(), now, null);
            case 13, 14 ->
                books.release(
                        oneOf(List.of(ReleaseKind.TEMPORARY, ReleaseKind.TRUST_UNLOCK)),
                        aReleaseLevel(),
                        now,
                        now.plus(Duration.ofHours(1 + random.nextInt(200))));
            case 15 -> {
                var from = now.plus(Duration.ofHours(random.nextInt(100)));
                books.release(ReleaseKind.INCIDENT, aReleaseLevel(), from, from.plus(Duration.ofHours(50)));
            }
            case 16 -> books.endReleases(now);
            case 17, 18 -> doNotBlockUntil(today);
            case 19, 20, 21 ->
                books.doNotReduceUntil(random.nextInt(4) == 0 ? null : today.plusDays(random.nextInt(15)));
            case 22 ->
                books.restriction(
                        oneOf(List.of(AutomaticRestriction.values())), maybe(today.plusDays(random.nextInt(20))));
            case 23 -> books.manualBlock(random.nextInt(4) > 0 ? null : now);
            case 24 -> books.status(aStatus(), today.minusDays(random.nextInt(5)));
            case 25 -> books.endPausesAndExemptions(today);
            case 26 -> books.giveBack(aReceivable());
            default -> throw new IllegalStateException();
        }
        if (random.nextInt(4) == 0) {
            books.manualBlock(null).endReleases(now);
        }
    }

    private void postpone(LocalDate today) {
        long id = aReceivable();
        postponed = Set.of(id);
        books.postpone(id, today.plusDays(1 + random.nextInt(20)).toString());
    }

    private void doNotBlockUntil(LocalDate today) {
        var until = random.nextInt(3) == 0 ? null : today.plusDays(random.nextInt(12));
        newDoNotBlockUntil = until != null && !until.equals(doNotBlockUntil);
        doNotBlockUntil = until;
        books.doNotBlockUntil(until);
    }

    private ContractStatus aStatus() {
        return random.nextInt(5) > 0 ? ContractStatus.ACTIVE : oneOf(List.of(ContractStatus.values()));
    }

    private AccessLevel aReleaseLevel() {
        return random.nextInt(3) == 0 ? AccessLevel.REDUCED : AccessLevel.ACTIVE;
    }

    private long aReceivable() {
        return 1L + random.nextInt(receivables);
    }

    private void issue() {
        var first = start.plusDays(random.nextInt(20));
        for (int id = 1; id <= receivables; id++) {
            var last = first.plusDays(3 + random.nextInt(28));
            var due = first.plusDays(random.nextInt(25) - 8);
            var kind = random.nextInt(4) > 0 ? ReceivableKind.RECURRING : oneOf(List.of(ReceivableKind.values()));
            var receivable = BooksBuilder.receivable(id, kind, due.minusDays(random.nextInt(20)), due);
            if (kind == ReceivableKind.RECURRING) {
                receivable.covering(first, last);
                first = last.plusDays(random.nextInt(8) == 0 ? 2 : 1);
            }
            if (random.nextInt(6) == 0) {
                receivable.notCounting();
            }
            if (random.nextInt(3) == 0) {
                receivable.status(ReceivableStatus.SETTLED);
            }
            books.receivable(receivable);
        }
    }

    private List<AccessPolicyVersion> versions() {
        var list = new ArrayList<AccessPolicyVersion>();
        int count = 1 + random.nextInt(3);
        var from = start.minusDays(random.nextInt(30));
        for (int number = 1; number <= count; number++) {
            list.add(new AccessPolicyVersion(
                    number,
                    from,
                    thresholds(),
                    thresholds(),
                    oneOf(List.of(PrepaidTightening.values())),
                    BlockedAs.GARDEN,
                    random.nextInt(3),
                    AccessLevel.ACTIVE,
                    Fixtures.RELEASE_LIMITS));
            from = from.plusDays(1 + random.nextInt(60));
        }
        return List.copyOf(list);
    }

    private Thresholds thresholds() {
        return new Thresholds(threshold(8), threshold(15), threshold(25), Thresholds.NEVER);
    }

    private int threshold(int most) {
        return random.nextInt(8) == 0 ? Thresholds.NEVER : 1 + random.nextInt(most);
    }

    private @Nullable LocalDate maybe(LocalDate day) {
        return random.nextInt(4) == 0 ? null : day;
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
