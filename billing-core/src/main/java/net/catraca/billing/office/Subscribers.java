package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberDraft;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.MassActBook.Kind;
import net.catraca.billing.store.SubscriberBook;
import org.jspecify.annotations.Nullable;

/** The logins of contracts. A password goes in and never comes out. */
@Singleton
public final class Subscribers {

    /** RFC 2865 §5: the most that an attribute can carry. */
    private static final int MOST_OCTETS = 253;
    /** More would not fit into a reply beside everything else. */
    private static final int MOST_ROUTES = 10;
    /** A login roams over a few; more is a region. */
    private static final int MOST_NASES = 20;

    private final AccessWrite access;
    private final SubscriberBook subscribers;
    private final PasswordKeeper passwords;
    private final MassActs massActs;
    private final AuditLog audit;
    private final Clock clock;

    Subscribers(
            AccessWrite access,
            SubscriberBook subscribers,
            PasswordKeeper passwords,
            MassActs massActs,
            AuditLog audit,
            Clock clock) {
        this.access = access;
        this.subscribers = subscribers;
        this.passwords = passwords;
        this.massActs = massActs;
        this.audit = audit;
        this.clock = clock;
    }

    public Outcome<Subscriber> create(Actor actor, SubscriberDraft draft) {
        var checks = check(draft)
                .expect(
                        (draft.password() == null) == (draft.credentialKind() == CredentialKind.LINE),
                        "password",
                        "a password, or credentialKind line");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return access.on(
                draft.contractId(), now, write -> declinedWritesNothing(write, create(actor, draft, write, now)));
    }

    private Outcome<Subscriber> create(Actor actor, SubscriberDraft draft, AccessWrite.Write write, Instant now) {
        if (!write.holds(draft.contractId())) {
            return Outcome.declined(new Unknown("contract", draft.contractId()));
        }
        var taken = subscribers.taken(draft, 0);
        if (taken.isPresent()) {
            return taken(taken.get());
        }
        var pool = subscribers.fixedWithinPool(draft);
        if (pool.isPresent()) {
            return Outcome.declined(new Conflict("fixed-address-in-pool", pool.get()));
        }
        var created = subscribers.insert(draft, sealed(draft), now);
        write.subscriberChanged(created.id());
        audit.append(actor, "subscriber.create", subject(created), null, created, now);
        return Outcome.done(created);
    }

    /**
     * Writes all of it; another contract moves the login there, and its session goes on.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Subscriber> update(Actor actor, long id, @Nullable Long expectedVersion, SubscriberDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        return onSubscriber(id, expectedVersion, draft.contractId(), (before, write, now) -> {
            if (!write.holds(draft.contractId())) {
                return Outcome.declined(new Unknown("contract", draft.contractId()));
            }
            boolean keepsItsSecret = draft.credentialKind() == before.credentialKind();
            if (draft.password() == null && draft.credentialKind() != CredentialKind.LINE && !keepsItsSecret) {
                return Outcome.declined(new Problem.Invalid("password", "a password for the new credentialKind"));
            }
            var taken = subscribers.taken(draft, id);
            if (taken.isPresent()) {
                return taken(taken.get());
            }
            var pool = subscribers.fixedWithinPool(draft);
            if (pool.isPresent()) {
                return Outcome.declined(new Conflict("fixed-address-in-pool", pool.get()));
            }
            var updated = subscribers.update(id, draft, sealed(draft));
            audit.append(actor, "subscriber.update", subject(updated), before, updated, now);
            return Outcome.done(updated);
        });
    }

    /**
     * Moves a login to another contract; its session goes on, at the effective level of that contract. Both are locked, in
     * the order of their ids. What it has used so far stays with the contract that it was of. Declined as {@code
     * already-there}, and as {@code wrong-status} where the other contract is cancelled.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Subscriber> move(
            Actor actor, long id, @Nullable Long expectedVersion, long contractId, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return onSubscriber(id, expectedVersion, contractId, (before, write, now) -> {
            var there = write.before(contractId);
            if (there == null) {
                return Outcome.declined(new Unknown("contract", contractId));
            }
            if (before.contractId() == contractId) {
                return Outcome.declined(new Conflict("already-there", "contract/" + contractId));
            }
            if (there.status() == ContractStatus.CANCELLED) {
                return Outcome.declined(
                        new Conflict("wrong-status", there.status().name()));
            }
            var moved = subscribers.move(id, contractId);
            audit.append(
                    actor,
                    "subscriber.move",
                    subject(moved),
                    new Move(before.contractId(), null),
                    new Move(contractId, reason),
                    now);
            return Outcome.done(moved);
        });
    }

    /** What the audit log keeps of a move. */
    record Move(long contractId, @Nullable String reason) {}

    /**
     * Puts our own hash of a password in the place of an imported one that it was proven against, so that the next check
     * takes no worker. Does nothing when another secret has taken the imported one's place meanwhile.
     *
     * @param checked the hash that the password was proven against
     * @param own of that password, by {@link PasswordKeeper#pepper}
     * @return whether it was written
     */
    public boolean upgradeHash(Actor actor, long id, Credential.Imported checked, Credential.Peppered own) {
        var outcome = onSubscriber(id, null, null, (before, write, now) -> {
            if (!holds(id, checked)) {
                return Outcome.declined(new Conflict("secret-changed", "subscriber " + id));
            }
            var updated = subscribers.updateSecret(id, passwords.hashed(own));
            audit.append(actor, "subscriber.hash-upgrade", subject(updated), before, updated, now);
            return Outcome.done(updated);
        });
        return outcome instanceof Outcome.Done;
    }

    private boolean holds(long id, Credential.Imported checked) {
        return subscribers
                .find(id)
                .filter(subscriber -> subscriber.credentialKind() == CredentialKind.HASHED)
                .flatMap(_ -> subscribers.secret(id))
                .map(passwords::openHashed)
                .filter(checked::equals)
                .isPresent();
    }

    /** @param expectedVersion the version that the caller has read, or null to take any */
    public Outcome<Subscriber> delete(Actor actor, long id, @Nullable Long expectedVersion) {
        return onSubscriber(id, expectedVersion, null, (before, write, now) -> {
            var mass = massActs.refusal(actor, Kind.DELETE, now);
            if (mass != null) {
                return Outcome.declined(mass);
            }
            subscribers.delete(id);
            audit.append(actor, "subscriber.delete", subject(before), before, null, now);
            return Outcome.done(before);
        });
    }

    private interface OnSubscriber {
        Outcome<Subscriber> apply(Subscriber before, AccessWrite.Write write, Instant now);
    }

    private Outcome<Subscriber> onSubscriber(
            long id, @Nullable Long expectedVersion, @Nullable Long otherContractId, OnSubscriber work) {
        var found = subscribers.find(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Unknown("subscriber", id));
        }
        var contracts = new TreeSet<>(List.of(found.get().contractId()));
        if (otherContractId != null) {
            contracts.add(otherContractId);
        }
        var now = clock.instant();
        return access.on(contracts, now, write -> {
            // Read again: only now nobody else can write it.
            var before = subscribers.find(id).orElse(null);
            if (before == null || !write.holds(before.contractId())) {
                return declinedWritesNothing(write, Outcome.declined(new Unknown("subscriber", id)));
            }
            var stale = LockedContract.stale(expectedVersion, before.version());
            if (stale != null) {
                return declinedWritesNothing(write, Outcome.declined(stale));
            }
            var outcome = work.apply(before, write, now);
            if (outcome instanceof Outcome.Done) {
                write.subscriberChanged(id);
            }
            return declinedWritesNothing(write, outcome);
        });
    }

    /**
     * Keeps the MAC of a first connect as the one that is let in from now on. The first to be kept wins.
     *
     * @param mac twelve lower-case hex digits
     * @return whether it was kept; not so when there is one already, or none is to be learnt any more
     */
    public boolean learnMac(long id, String mac) {
        return onSubscriber(id, null, null, (before, write, now) -> {
                    var learnt = subscribers.learnMac(id, mac);
                    if (learnt.isEmpty()) {
                        return Outcome.declined(new Conflict("mac-not-to-learn", mac));
                    }
                    audit.append(
                            Actor.system("mac-lock"),
                            "subscriber.learn-mac",
                            subject(before),
                            before,
                            learnt.get(),
                            now);
                    return Outcome.done(learnt.get());
                })
                instanceof Outcome.Done;
    }

    /**
     * Forgets the MAC that was learnt: that of the next connect is kept instead, as after a new router.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Subscriber> resetMacLock(Actor actor, long id, @Nullable Long expectedVersion) {
        return onSubscriber(id, expectedVersion, null, (before, write, now) -> {
            if (before.locks().macLock() != MacLock.LEARN) {
                return Outcome.declined(new Conflict(
                        "mac-lock-does-not-learn", before.locks().macLock().name()));
            }
            var reset = subscribers.forgetMac(id);
            audit.append(actor, "subscriber.reset-mac-lock", subject(before), before, reset, now);
            return Outcome.done(reset);
        });
    }

    private static <T> Outcome<T> declinedWritesNothing(AccessWrite.Write write, Outcome<T> outcome) {
        if (outcome instanceof Outcome.Declined) {
            write.leaveAll();
        }
        return outcome;
    }

    public Optional<Subscriber> find(long id) {
        return subscribers.find(id);
    }

    /** Without regard to case. */
    public Optional<Subscriber> findByLogin(String login) {
        return subscribers.findByLogin(login);
    }

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Subscriber> list(@Nullable Long contractId, long afterId, int limit) {
        return subscribers.page(contractId, afterId, limit);
    }

    private byte @Nullable [] sealed(SubscriberDraft draft) {
        var password = draft.password();
        if (password == null) {
            return null;
        }
        return switch (draft.credentialKind()) {
            case RECOVERABLE -> passwords.recoverable(password.text());
            case HASHED -> passwords.hashed(password.text());
            case NT_HASH -> passwords.ntHashed(password.text());
            case LINE -> null;
        };
    }

    private static Outcome<Subscriber> taken(String field) {
        return Outcome.declined(new Conflict("login-taken", field));
    }

    private static String subject(Subscriber subscriber) {
        return "subscriber/" + subscriber.id();
    }

    static Checks check(SubscriberDraft draft) {
        var password = draft.password();
        var checks = new Checks()
                .expect(isPrintable(draft.login()), "login", "1 to 253 printable characters")
                .expect(
                        password == null || (!password.text().isEmpty() && password.octets() <= Password.MOST_OCTETS),
                        "password",
                        "1 to 128 octets of UTF-8")
                .expect(
                        password == null || draft.credentialKind() != CredentialKind.NT_HASH || password.isNtHash(),
                        "ntHash",
                        "32 hexadecimal digits, with or without 0x")
                .expect(
                        draft.mac() == null || draft.mac().matches("[0-9a-f]{12}"),
                        "mac",
                        "twelve lower-case hexadecimal digits")
                .textOrNone(draft.circuitId(), MOST_OCTETS, "circuitId")
                .textOrNone(draft.remoteId(), MOST_OCTETS, "remoteId")
                .expect(
                        draft.credentialKind() != CredentialKind.LINE
                                || draft.mac() != null
                                || draft.circuitId() != null,
                        "credentialKind",
                        "a mac or a circuitId for a line")
                .expect(
                        draft.framedIpv4() == null || literal(draft.framedIpv4()) instanceof Inet4Address,
                        "framedIpv4",
                        "an IPv4 address such as 192.0.2.1")
                .expect(isPrefix(draft.framedIpv6Prefix()), "framedIpv6Prefix", "a prefix such as 2001:db8:1::/64")
                .expect(
                        isPrefix(draft.delegatedIpv6Prefix()),
                        "delegatedIpv6Prefix",
                        "a prefix such as 2001:db8:100::/56")
                .expect(draft.framedRoutes().size() <= MOST_ROUTES, "framedRoutes", "at most " + MOST_ROUTES);
        for (int i = 0; i < draft.framedRoutes().size(); i++) {
            checks.text(draft.framedRoutes().get(i), MOST_OCTETS, "framedRoutes[" + i + "]");
        }
        checkLocks(checks, draft);
        var sessions = draft.sessionLimit().sessions();
        return checks.expect(
                sessions == null || (sessions >= 1 && sessions <= 1000), "simultaneousSessions", "1 to 1000");
    }

    private static void checkLocks(Checks checks, SubscriberDraft draft) {
        var locks = draft.locks();
        checks.expect(
                        draft.credentialKind() != CredentialKind.LINE || locks.equals(SubscriberLocks.NONE),
                        "locks",
                        "none for a line, which is its own lock")
                .expect(
                        locks.mac() == null || locks.mac().matches("[0-9a-f]{12}"),
                        "locks.mac",
                        "twelve lower-case hexadecimal digits")
                .expect(
                        switch (locks.macLock()) {
                            case OFF -> locks.mac() == null;
                            case LEARN -> true;
                            case FIXED -> locks.mac() != null;
                        },
                        "locks.mac",
                        "one with macLock fixed, none with off")
                .expect(locks.nasIds().size() <= MOST_NASES, "locks.nasIds", "at most " + MOST_NASES)
                .textOrNone(locks.region(), 100, "locks.region")
                .textOrNone(locks.port(), MOST_OCTETS, "locks.port")
                .expect(!locks.circuit() || draft.circuitId() != null, "locks.circuit", "a circuitId to be locked to");
    }

    private static boolean isPrintable(String login) {
        return !login.isBlank()
                && login.length() <= MOST_OCTETS
                && login.chars().noneMatch(Character::isISOControl);
    }

    private static boolean isPrefix(@Nullable String prefix) {
        if (prefix == null) {
            return true;
        }
        int slash = prefix.indexOf('/');
        return slash > 0
                && literal(prefix.substring(0, slash)) instanceof Inet6Address
                && prefix.substring(slash + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(prefix.substring(slash + 1)) <= 128;
    }

    /** The address that the text writes out, or null; nothing is looked up. */
    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null; // the field's error says what was expected
        }
    }
}
