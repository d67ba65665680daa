package net.catraca.radius.office;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.FieldError;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Outcome.Done;
import net.catraca.billing.office.Problem;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Stale;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.Sql;
import net.catraca.radius.address.AddressPool;
import net.catraca.radius.address.AddressPool.Block;
import net.catraca.radius.address.AddressRange;
import net.catraca.radius.address.PoolCsv;
import net.catraca.radius.address.PoolDraft;
import net.catraca.radius.address.PoolFamily;
import net.catraca.radius.store.PoolBook;
import net.catraca.radius.store.PoolBook.Standing;
import org.jspecify.annotations.Nullable;

/** Pools of addresses that we assign ourselves. A write reaches every node within seconds. */
@Singleton
@Requires(beans = AuditLog.class)
public final class AddressPools {

    /** Units of a pool. An ISP with more subscribers behind one has several. */
    public static final int MOST_UNITS = 1 << 20;

    /** Ranges of a pool. */
    public static final int MOST_RANGES = 1000;

    /** Pools of an ISP. Every node looks at all of them each second. */
    public static final int MOST_POOLS = 1000;

    private final Sql sql;
    private final PoolBook book;
    private final AuditLog audit;
    private final Clock clock;

    AddressPools(Sql sql, PoolBook book, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.book = book;
        this.audit = audit;
        this.clock = clock;
    }

    public Outcome<AddressPool> create(Actor actor, PoolDraft draft) {
        var invalid = check(draft);
        return invalid != null
                ? Outcome.declined(invalid)
                : sql.inTransaction(() -> {
                    book.lock();
                    return insert(actor, draft);
                });
    }

    private Outcome<AddressPool> insert(Actor actor, PoolDraft draft) {
        var all = book.all();
        if (all.stream().anyMatch(pool -> pool.name().equals(draft.name()))) {
            return Outcome.declined(new Conflict("name-taken", draft.name()));
        }
        if (all.size() >= MOST_POOLS) {
            return Outcome.declined(new Conflict("too-many-pools", "at most " + MOST_POOLS));
        }
        var conflict = conflict(draft, all, 0);
        if (conflict != null) {
            return Outcome.declined(conflict);
        }
        var created = book.insert(draft, clock.instant());
        audit.append(actor, "address-pool.create", subject(created), null, created, clock.instant());
        return Outcome.done(created);
    }

    /**
     * Writes the ranges and what becomes of logins when all is in use; name, family and unit stay. A range of which a
     * node holds a block cannot go: exclude its addresses instead.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<AddressPool> update(Actor actor, String name, @Nullable Long expectedVersion, PoolDraft draft) {
        var invalid = check(draft);
        if (invalid != null) {
            return Outcome.declined(invalid);
        }
        return onLocked(name, expectedVersion, before -> update(actor, before, draft));
    }

    private Outcome<AddressPool> update(Actor actor, AddressPool before, PoolDraft draft) {
        if (!before.name().equals(draft.name())
                || before.family() != draft.family()
                || before.unitLength() != draft.unitLength()) {
            return Outcome.declined(new Conflict("name-family-and-unit-stay", before.name()));
        }
        var conflict = conflict(draft, book.all(), before.id());
        if (conflict != null) {
            return Outcome.declined(conflict);
        }
        var had = new LinkedHashSet<>(before.blocks());
        var has = new LinkedHashSet<>(draft.pool(before.id(), 0).blocks());
        List<Block> gone = had.stream().filter(block -> !has.contains(block)).toList();
        if (!gone.isEmpty() && !book.deleteBlocks(before, gone)) {
            return Outcome.declined(
                    new Conflict("range-in-use", "from " + gone.getFirst().first()));
        }
        var updated = book.update(before, draft, clock.instant());
        book.insertBlocks(
                updated, has.stream().filter(block -> !had.contains(block)).toList());
        audit.append(actor, "address-pool.update", subject(updated), before, updated, clock.instant());
        return Outcome.done(updated);
    }

    /** @param expectedVersion the version that the caller has read, or null to take any */
    public Outcome<AddressPool> delete(Actor actor, String name, @Nullable Long expectedVersion) {
        return onLocked(name, expectedVersion, before -> {
            var plan = book.planOf(name);
            if (plan.isPresent()) {
                return Outcome.declined(new Conflict("plan-names-pool", plan.get()));
            }
            book.delete(before.id());
            audit.append(actor, "address-pool.delete", subject(before), before, null, clock.instant());
            return Outcome.done(before);
        });
    }

    private interface OnPool {
        Outcome<AddressPool> apply(AddressPool before);
    }

    private Outcome<AddressPool> onLocked(String name, @Nullable Long expectedVersion, OnPool work) {
        return orRollBack(() -> {
            book.lock();
            var found = book.find(name);
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("address-pool", name));
            }
            return expectedVersion != null && expectedVersion != found.get().version()
                    ? Outcome.declined(new Stale(found.get().version()))
                    : work.apply(found.get());
        });
    }

    /**
     * Makes pools and adds ranges to those there are, all of it or nothing. A line is refused by its number.
     *
     * @param csv see {@link PoolCsv}
     */
    public Outcome<List<AddressPool>> importCsv(Actor actor, String csv) {
        return switch (PoolCsv.read(csv)) {
            case PoolCsv.Faulty(var faults) -> Outcome.declined(new Invalid(faults));
            case PoolCsv.Lines(var lines) -> orRollBack(() -> importLines(actor, lines));
        };
    }

    private Outcome<List<AddressPool>> importLines(Actor actor, List<PoolCsv.Line> lines) {
        book.lock();
        Map<String, AddressPool> before = new HashMap<>();
        book.all().forEach(pool -> before.put(pool.name(), pool));
        var excluded = lines.stream()
                .map(PoolCsv.Line::range)
                .filter(AddressRange::excluded)
                .toList();
        Map<String, PoolDraft> drafts = new LinkedHashMap<>();
        List<AddressPool> written = new ArrayList<>();
        for (var line : lines) {
            var known = before.get(line.pool());
            var draft = drafts.computeIfAbsent(line.pool(), _ -> known == null ? line.newPool() : PoolCsv.draft(known));
            var fault = draft.family() != line.family() || draft.unitLength() != line.unitLength()
                    ? "another family or unit length than the pool has"
                    : fault(line, excluded, drafts, before);
            if (fault != null) {
                return Outcome.declined(new Invalid("line " + line.number(), fault));
            }
            drafts.put(line.pool(), line.addedTo(draft));
        }
        for (var draft : drafts.values()) {
            var known = before.get(draft.name());
            var invalid = check(draft);
            var outcome = invalid != null
                    ? Outcome.<AddressPool>declined(invalid)
                    : known == null ? insert(actor, draft) : update(actor, known, draft);
            switch (outcome) {
                case Done(var pool) -> written.add(pool);
                case Declined(var problem) -> {
                    return Outcome.declined(problem);
                }
            }
        }
        return Outcome.done(written);
    }

    private static @Nullable String overlapping(List<AddressRange> ranges, AddressRange range) {
        return ranges.stream()
                .filter(other -> !other.excluded() && other.overlaps(range))
                .map(AddressRange::toString)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String fault(
            PoolCsv.Line line,
            List<AddressRange> excluded,
            Map<String, PoolDraft> drafts,
            Map<String, AddressPool> before) {
        var range = line.range();
        if (range.first().bits() != line.family().bits()) {
            return "addresses of " + range.first().bits() + " bits in a pool of " + line.family();
        }
        if (range.excluded()) {
            return null;
        }
        if (!range.isOfUnits(line.unitLength())) {
            return range + " is not made of whole prefixes of /" + line.unitLength();
        }
        for (var pool : before.values()) {
            var other = drafts.containsKey(pool.name()) ? null : overlapping(pool.ranges(), range);
            if (other != null) {
                return "overlaps " + other + " of pool " + pool.name();
            }
        }
        for (var draft : drafts.values()) {
            var other = overlapping(draft.ranges(), range);
            if (other != null) {
                return "overlaps " + other + " of pool " + draft.name();
            }
        }
        return book.fixedWithin(range, excluded)
                .map(fixed -> "holds a fixed address: " + fixed)
                .orElse(null);
    }

    public Optional<AddressPool> find(String name) {
        return book.find(name);
    }

    /** In the order of their ids. */
    public List<AddressPool> list() {
        return book.all();
    }

    /** Blocks by the node that holds them. */
    public List<Standing> standing(AddressPool pool) {
        return book.standing(pool.id());
    }

    /** Live sessions that have an address of the pool. */
    public long inUse(AddressPool pool) {
        return book.inUse(pool);
    }

    private <T> Outcome<T> orRollBack(Supplier<Outcome<T>> work) {
        try {
            return sql.inTransaction(() -> {
                var outcome = work.get();
                if (outcome instanceof Declined<T>(var problem)) {
                    throw new Refusal(problem);
                }
                return outcome;
            });
        } catch (Refusal refusal) {
            return Outcome.declined(refusal.problem);
        }
    }

    /** Carries a problem out of the transaction, which is undone. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        private Refusal(Problem problem) {
            super(problem.toString(), null, false, false);
            this.problem = problem;
        }
    }

    private @Nullable Conflict conflict(PoolDraft draft, List<AddressPool> all, long exceptId) {
        var excluded = draft.ranges().stream().filter(AddressRange::excluded).toList();
        for (var range : draft.ranges()) {
            if (range.excluded()) {
                continue;
            }
            for (var pool : all) {
                for (var other : pool.ranges()) {
                    if (pool.id() != exceptId && !other.excluded() && other.overlaps(range)) {
                        return new Conflict("range-overlaps-pool", range + " and " + other + " of " + pool.name());
                    }
                }
            }
            var fixed = book.fixedWithin(range, excluded);
            if (fixed.isPresent()) {
                return new Conflict("range-holds-fixed-address", range + ": " + fixed.get());
            }
        }
        return null;
    }

    private static String subject(AddressPool pool) {
        return "address-pool/" + pool.id();
    }

    private static @Nullable Invalid check(PoolDraft draft) {
        List<FieldError> errors = new ArrayList<>();
        expect(
                draft.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}"),
                "name",
                "1 to 80 letters, digits, dots, dashes and underscores",
                errors);
        int most = draft.family().bits();
        expect(
                draft.family() == PoolFamily.IPV4
                        ? draft.unitLength() == most
                        : draft.unitLength() >= 1 && draft.unitLength() <= most,
                "unitLength",
                draft.family() == PoolFamily.IPV4 ? "32" : "1 to 128",
                errors);
        expect(draft.ranges().size() <= MOST_RANGES, "ranges", "at most " + MOST_RANGES, errors);
        expect(
                draft.ranges().stream().anyMatch(range -> !range.excluded()),
                "ranges",
                "one that is not excluded, at least",
                errors);
        if (errors.isEmpty()) {
            checkRanges(draft, errors);
        }
        return errors.isEmpty() ? null : new Invalid(errors);
    }

    private static void checkRanges(PoolDraft draft, List<FieldError> errors) {
        long units = 0;
        for (int i = 0; i < draft.ranges().size(); i++) {
            var range = draft.ranges().get(i);
            var field = "ranges[" + i + "]";
            if (range.first().bits() != draft.family().bits()) {
                errors.add(
                        new FieldError(field, "addresses of " + draft.family().bits() + " bits"));
            } else if (!range.excluded()) {
                expect(range.isOfUnits(draft.unitLength()), field, "whole prefixes of /" + draft.unitLength(), errors);
                units = Math.min(Integer.MAX_VALUE, units + range.first().unitsTo(range.last(), draft.unitLength()));
                for (int j = 0; j < i; j++) {
                    var other = draft.ranges().get(j);
                    expect(other.excluded() || !other.overlaps(range), field, "none that overlaps " + other, errors);
                }
            } else {
                expect(
                        draft.ranges().stream().anyMatch(other -> !other.excluded() && other.holds(range)),
                        field,
                        "within a range that is not excluded",
                        errors);
            }
        }
        expect(units <= MOST_UNITS, "ranges", "at most " + MOST_UNITS + " addresses or prefixes", errors);
    }

    private static void expect(boolean holds, String field, String expected, List<FieldError> errors) {
        if (!holds) {
            errors.add(new FieldError(field, expected));
        }
    }
}
