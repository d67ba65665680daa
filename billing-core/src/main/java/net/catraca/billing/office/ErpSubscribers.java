package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberDraft;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Waiting;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow.OfSubscriber;
import net.catraca.billing.office.AuditLog.Entry;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.run.TighteningProposal.Kind;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.ErpNewsBook;
import net.catraca.billing.store.SubscriberBook;
import net.catraca.billing.store.TighteningBook.Concerned;
import org.jspecify.annotations.Nullable;

/** Logins as an ERP tells them. */
@Singleton
final class ErpSubscribers implements ErpWriter<OfSubscriber> {

    /** A login that moves locks two contracts. */
    private static final int MOST = AccessWrite.MOST_CONTRACTS / 2;

    /** Longer ones are refused before anybody computes with them. */
    private static final int MOST_HASH = 200;

    private final AccessWrite access;
    private final ContractBook contracts;
    private final SubscriberBook subscribers;
    private final PasswordKeeper passwords;
    private final MassTightening mass;
    private final ErpNewsBook news;
    private final AuditLog audit;

    ErpSubscribers(
            AccessWrite access,
            ContractBook contracts,
            SubscriberBook subscribers,
            PasswordKeeper passwords,
            MassTightening mass,
            ErpNewsBook news,
            AuditLog audit) {
        this.access = access;
        this.contracts = contracts;
        this.subscribers = subscribers;
        this.passwords = passwords;
        this.mass = mass;
        this.news = news;
        this.audit = audit;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public List<ErpResult> write(Actor actor, List<OfSubscriber> rows, Instant now) {
        Map<String, Long> contractIds =
                contracts
                        .findByExternalIds(
                                rows.stream().map(OfSubscriber::contract).collect(Collectors.toSet()))
                        .stream()
                        .collect(Collectors.toMap(
                                contract -> Objects.requireNonNull(contract.externalId()), Contract::id));
        var held = new TreeSet<>(contractIds.values());
        known(rows).values().forEach(subscriber -> held.add(subscriber.contractId()));
        return access.on(held, now, write -> new Writing(actor, rows, write, contractIds, now).all());
    }

    private Map<String, Subscriber> known(List<OfSubscriber> rows) {
        return subscribers
                .findByLogins(rows.stream().map(OfSubscriber::externalId).collect(Collectors.toSet()))
                .stream()
                .collect(Collectors.toMap(
                        subscriber -> subscriber.login().toLowerCase(Locale.ROOT), subscriber -> subscriber));
    }

    private final class Writing {

        private final Actor actor;
        private final List<OfSubscriber> rows;
        private final AccessWrite.Write write;
        private final Map<String, Long> contractIds;
        private final Instant now;
        private final Map<String, Subscriber> known;
        private final Map<Long, byte[]> secrets;
        private final Set<Long> written = new HashSet<>();
        private final ErpWriter.News told;
        private final MassTightening.Batch batch;
        private final List<SubscriberBook.New> fresh = new ArrayList<>();
        private final List<SubscriberBook.New> changes = new ArrayList<>();
        private final Map<Long, Subscriber> before = new HashMap<>();
        private final Map<String, Subscriber> created = new HashMap<>();

        Writing(
                Actor actor,
                List<OfSubscriber> rows,
                AccessWrite.Write write,
                Map<String, Long> contractIds,
                Instant now) {
            this.actor = actor;
            this.rows = rows;
            this.write = write;
            this.contractIds = contractIds;
            this.now = now;
            // Read again: only now nobody else can write them.
            this.known = known(rows);
            this.secrets = subscribers.secrets(
                    known.values().stream().map(Subscriber::id).toList());
            this.told = new ErpWriter.News(news, ErpNewsBook.Kind.SUBSCRIBER, rows, now);
            this.batch = mass.begin(actor, write.held(), now);
        }

        List<ErpResult> all() {
            List<Supplier<ErpResult>> results = new ArrayList<>();
            for (var row : rows) {
                var passed = told.passes(row);
                if (passed == null) {
                    var looked = one(row);
                    results.add(() -> told.note(row, looked.get()));
                } else {
                    results.add(() -> passed);
                }
            }
            writeAll();
            var inOrder = results.stream().map(Supplier::get).toList();
            told.finish();
            batch.finish();
            write.held().stream().filter(id -> !written.contains(id)).forEach(write::leave);
            return inOrder;
        }

        /** @return what became of the row, to be asked when all are written */
        private Supplier<ErpResult> one(OfSubscriber row) {
            var contractId = contractIds.get(row.contract());
            if (contractId == null || !write.holds(contractId)) {
                return declined(new Unknown("contract", row.contract()));
            }
            var before = known.get(row.externalId());
            if (before != null && !write.holds(before.contractId())) {
                // It has moved since it was looked up.
                return declined(new Conflict("login-moved", row.login()));
            }
            if (row.deleted()) {
                var deleted = delete(row, before);
                return () -> deleted;
            }
            if (before != null) {
                batch.told(new Concerned(before.contractId(), before.id()), Kind.DELETE, Kind.MOVE);
            }
            var draft = draft(row, contractId);
            var checks = Subscribers.check(draft)
                    .expect(
                            row.password() == null || row.passwordHash() == null,
                            "passwordHash",
                            "either a password or the hash of one")
                    .expect(
                            row.passwordHash() == null
                                    || row.credentialKind() == CredentialKind.HASHED
                                    || row.credentialKind() == CredentialKind.NT_HASH,
                            "credentialKind",
                            "hashed or nt-hash with a passwordHash")
                    .expect(
                            row.password() == null || row.credentialKind() != CredentialKind.NT_HASH,
                            "password",
                            "none with credentialKind nt-hash, but a passwordHash")
                    .expect(
                            row.passwordHash() == null
                                    || row.credentialKind() != CredentialKind.NT_HASH
                                    || row.passwordHash().isNtHash(),
                            "passwordHash",
                            "32 hexadecimal digits with credentialKind nt-hash")
                    .expect(
                            row.passwordHash() == null
                                    || row.passwordHash().text().length() <= MOST_HASH,
                            "passwordHash",
                            "at most " + MOST_HASH + " characters")
                    .expect(
                            row.credentialKind() == CredentialKind.LINE
                                    || row.password() != null
                                    || row.passwordHash() != null
                                    || (before != null && before.credentialKind() == row.credentialKind()),
                            "password",
                            "a password, or credentialKind line");
            if (checks.failed()) {
                return declined(checks.problem());
            }
            var taken = row.credentialKind() == CredentialKind.LINE
                    ? takenLine(draft, before == null ? 0 : before.id())
                    : Optional.<String>empty();
            if (taken.isPresent()) {
                return declined(new Conflict("login-taken", taken.get()));
            }
            boolean isFixed =
                    row.framedIpv4() != null || row.framedIpv6Prefix() != null || row.delegatedIpv6Prefix() != null;
            var pool = isFixed ? subscribers.fixedWithinPool(draft) : Optional.<String>empty();
            if (pool.isPresent()) {
                return declined(new Conflict("fixed-address-in-pool", pool.get()));
            }
            if (before == null) {
                return fresh(row, draft);
            }
            var updated = update(row, draft, before);
            return () -> updated;
        }

        /** A row above may give the line away. */
        private Optional<String> takenLine(SubscriberDraft draft, long exceptId) {
            if (subscribers.taken(draft, exceptId).isEmpty()) {
                return Optional.empty();
            }
            writeAll();
            return subscribers.taken(draft, exceptId);
        }

        private static Supplier<ErpResult> declined(Problem why) {
            return () -> new Declined(why);
        }

        private Supplier<ErpResult> fresh(OfSubscriber row, SubscriberDraft draft) {
            fresh.add(new SubscriberBook.New(0, draft, secret(row, null)));
            return () -> new Written(
                    How.CREATED,
                    Objects.requireNonNull(created.get(draft.login())).id());
        }

        /** What is new or changed so far. */
        private void writeAll() {
            var inserted = subscribers.insertAll(fresh, now);
            inserted.forEach(subscriber -> {
                created.put(subscriber.login(), subscriber);
                changed(subscriber.id(), subscriber.contractId());
            });
            audit.appendAll(
                    actor,
                    "subscriber.create",
                    inserted.stream()
                            .map(subscriber -> new Entry(subject(subscriber), null, subscriber))
                            .toList(),
                    now);
            audit.appendAll(
                    actor,
                    "subscriber.update",
                    subscribers.updateAll(changes).stream()
                            .map(subscriber -> new Entry(subject(subscriber), before.get(subscriber.id()), subscriber))
                            .toList(),
                    now);
            fresh.clear();
            changes.clear();
        }

        private ErpResult update(OfSubscriber row, SubscriberDraft draft, Subscriber before) {
            // A MAC that was learnt here is news of ours.
            var kept = draft.locks().macLock() == MacLock.LEARN
                            && draft.locks().mac() == null
                            && before.locks().macLock() == MacLock.LEARN
                    ? draft.lockedBy(draft.locks().withMac(before.locks().mac()))
                    : draft;
            var secret = secret(row, before);
            if (secret == null && isSame(kept, before)) {
                return new Written(How.UNCHANGED, before.id());
            }
            if (draft.contractId() != before.contractId()) {
                var there = facts(draft.contractId());
                if (there.status() == ContractStatus.CANCELLED) {
                    return new Declined(
                            new Conflict("wrong-status", there.status().name()));
                }
                var proposal = waitingMove(row, before, there);
                if (proposal != null) {
                    return new Waiting(before.id(), proposal);
                }
            }
            changes.add(new SubscriberBook.New(before.id(), kept, secret));
            this.before.put(before.id(), before);
            changed(before.id(), before.contractId(), kept.contractId());
            return new Written(How.UPDATED, before.id());
        }

        /** The proposal in which a move waits that tightens, as one of too many; null when it may be done. */
        private @Nullable Long waitingMove(OfSubscriber row, Subscriber before, ContractSnapshot there) {
            var here = facts(before.contractId());
            return level(there).stricterThan(level(here))
                    ? batch.wait(MassTightening.Act.move(
                            here, before.id(), "login " + before.login(), there.contractId(), row.asOf()))
                    : null;
        }

        private ContractSnapshot facts(long contractId) {
            return Objects.requireNonNull(write.before(contractId));
        }

        private AccessLevel level(ContractSnapshot contract) {
            return AccessPolicy.answer(contract, now, now).level();
        }

        private ErpResult delete(OfSubscriber row, @Nullable Subscriber before) {
            if (before == null) {
                return new Declined(new Unknown("login", row.login()));
            }
            batch.told(new Concerned(before.contractId(), before.id()), Kind.DELETE, Kind.MOVE);
            var proposal = batch.wait(MassTightening.Act.delete(
                    facts(before.contractId()), before.id(), "login " + before.login(), row.asOf()));
            if (proposal != null) {
                return new Waiting(before.id(), proposal);
            }
            subscribers.delete(before.id());
            changed(before.id(), before.contractId());
            audit.append(actor, "subscriber.delete", subject(before), before, null, now);
            return new Written(How.DELETED, before.id());
        }

        private void changed(long subscriberId, long... contractIds) {
            for (long id : contractIds) {
                written.add(id);
            }
            write.subscriberChanged(subscriberId);
        }

        /** Sealed; null to keep the one there is, which is the same, or for a line. */
        private byte @Nullable [] secret(OfSubscriber row, @Nullable Subscriber before) {
            var stored =
                    before == null || before.credentialKind() != row.credentialKind() ? null : secrets.get(before.id());
            var password = row.password();
            if (password != null) {
                boolean recoverable = row.credentialKind() == CredentialKind.RECOVERABLE;
                if (row.credentialKind() == CredentialKind.LINE
                        || (stored != null && passwords.isOf(stored, recoverable, password.text()))) {
                    return null;
                }
                return recoverable ? passwords.recoverable(password.text()) : passwords.hashed(password.text());
            }
            var hash = row.passwordHash();
            if (hash != null && row.credentialKind() == CredentialKind.NT_HASH) {
                return stored != null && passwords.isNtHash(stored, hash.text())
                        ? null
                        : passwords.ntHashed(hash.text());
            }
            // Once proven the hash has made way for one of ours, of the same password: it does not come back.
            return hash == null || (stored != null && !passwords.isOtherImported(stored, hash.text()))
                    ? null
                    : passwords.imported(hash.text());
        }
    }

    private static SubscriberDraft draft(OfSubscriber row, long contractId) {
        return new SubscriberDraft(
                contractId,
                row.login(),
                row.credentialKind(),
                row.credentialKind() == CredentialKind.LINE ? null : row.password(),
                row.mac(),
                row.circuitId(),
                row.remoteId(),
                row.framedIpv4(),
                row.framedIpv6Prefix(),
                row.delegatedIpv6Prefix(),
                row.framedRoutes(),
                row.credentialKind() == CredentialKind.LINE ? SubscriberLocks.NONE : row.locks(),
                row.sessionLimit());
    }

    private static boolean isSame(SubscriberDraft draft, Subscriber before) {
        return draft.contractId() == before.contractId()
                && draft.login().equals(before.login())
                && draft.credentialKind() == before.credentialKind()
                && Objects.equals(draft.mac(), before.mac())
                && Objects.equals(draft.circuitId(), before.circuitId())
                && Objects.equals(draft.remoteId(), before.remoteId())
                && Objects.equals(draft.framedIpv4(), before.framedIpv4())
                && Objects.equals(draft.framedIpv6Prefix(), before.framedIpv6Prefix())
                && Objects.equals(draft.delegatedIpv6Prefix(), before.delegatedIpv6Prefix())
                && draft.framedRoutes().equals(before.framedRoutes())
                && draft.locks().equals(before.locks())
                && draft.sessionLimit().equals(before.sessionLimit());
    }

    private static String subject(Subscriber subscriber) {
        return "subscriber/" + subscriber.id();
    }
}
