package net.catraca.billing.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.SecretKeys;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the directory from the database and keeps it so. Secrets are opened here, once, and not per packet. */
@Singleton
@Requires(beans = SecretKeys.class)
public final class DirectoryLoader implements FeedListener {

    private static final Logger log = LoggerFactory.getLogger(DirectoryLoader.class);

    /** Ids sent in one statement: it stays within a few milliseconds and one network round trip. */
    private static final int KEYS_AT_ONCE = 1000;

    private static final Credential LINE = new Credential.Line();

    // The names that subscriber and contract_facts have in common are told apart.
    private static final String LOGINS = """
            select s.id as subscriber_id, s.version as subscriber_version, s.login, s.credential_kind, s.secret, s.mac,
                   s.circuit_id, s.remote_id, s.framed_ipv4, s.framed_ipv6_prefix, s.delegated_ipv6_prefix,
                   s.framed_routes, s.mac_lock, s.locked_mac, s.locked_nas_ids, s.locked_region, s.locked_port,
                   s.circuit_lock, s.simultaneous_sessions, s.simultaneous_policy, f.*
              from subscriber s
              join contract_facts f on f.contract_id = s.contract_id
            """;

    private final Sql sql;
    private final Catalogs catalogs;
    private final PasswordKeeper passwords;
    private final LiveDirectory directory;
    private final FreezeFollower freezes;
    private final Clock clock;
    private Catalog catalog = new Catalog(Map.of(), Map.of());

    DirectoryLoader(
            Sql sql,
            Catalogs catalogs,
            PasswordKeeper passwords,
            LiveDirectory directory,
            FreezeFollower freezes,
            Clock clock) {
        this.sql = sql;
        this.catalogs = catalogs;
        this.passwords = passwords;
        this.directory = directory;
        this.freezes = freezes;
        this.clock = clock;
    }

    @Override
    public Set<Feed.Kind> kinds() {
        return Set.of(Feed.Kind.CONTRACT, Feed.Kind.SUBSCRIBER, Feed.Kind.PLAN, Feed.Kind.POLICY);
    }

    @Override
    public void freshUntil(Instant asOf) {
        directory.freshUntil(asOf);
    }

    @Override
    public void loadAll(Instant asOf) {
        var began = clock.instant();
        catalog = catalogs.read();
        var loading = directory.load();
        var reader = new Logins();
        sql.each(LOGINS + " order by s.contract_id, s.id", row -> {
            var subscriber = reader.read(row);
            if (subscriber != null) {
                loading.add(subscriber);
            }
        });
        freezes.read();
        loading.finish(asOf);
        log.info(
                "directory loaded: {} logins in {} ms",
                directory.size(),
                Duration.between(began, clock.instant()).toMillis());
        if (reader.unreadableSecrets > 0) {
            log.error(
                    "{} logins have a secret that does not open; they get no answer. Are the secret keys those that "
                            + "it was sealed with?",
                    reader.unreadableSecrets);
        }
    }

    @Override
    public void reload(Map<Feed.Kind, Set<Long>> changed) {
        // First plans and policies, for a contract may have gone to a new one.
        refreshCatalog();
        inPortions(changed.getOrDefault(Feed.Kind.CONTRACT, Set.of()), this::reloadContracts);
        inPortions(changed.getOrDefault(Feed.Kind.SUBSCRIBER, Set.of()), this::reloadSubscribers);
    }

    private static void inPortions(Collection<Long> keys, Consumer<List<Long>> reload) {
        var all = List.copyOf(keys);
        for (int i = 0; i < all.size(); i += KEYS_AT_ONCE) {
            reload.accept(all.subList(i, Math.min(all.size(), i + KEYS_AT_ONCE)));
        }
    }

    private void reloadContracts(List<Long> ids) {
        sql.each("select * from contract_facts where contract_id = any(?)", this::putContract, ids);
    }

    private void reloadSubscribers(List<Long> ids) {
        var gone = new HashSet<>(ids);
        var reader = new Logins();
        sql.each(
                LOGINS + " where s.id = any(?)",
                row -> {
                    gone.remove(row.bigint("subscriber_id"));
                    var subscriber = reader.read(row);
                    if (subscriber != null) {
                        directory.put(subscriber);
                    }
                },
                ids);
        gone.forEach(directory::remove);
    }

    /** Plans and policies that did not change stay the same objects, which all snapshots share. */
    private void refreshCatalog() {
        var before = catalog;
        var after = catalogs.read().keeping(before);
        if (after.equals(before)) {
            return;
        }
        catalog = after;
        directory.changeContracts(contract -> onCatalog(contract, after));
        var moved = after.plans().values().stream()
                .filter(plan -> isOnAnotherPolicy(plan, before.plans().get(plan.id())))
                .map(Plan::id)
                .toList();
        sql.each("select * from contract_facts where plan_id = any(?)", this::putContract, moved);
    }

    @SuppressWarnings("ReferenceEquality") // a plan or policy that did not change is the same object
    private static ContractSnapshot onCatalog(ContractSnapshot contract, Catalog after) {
        var plan = after.plan(contract.plan().id());
        if (isOnAnotherPolicy(plan, contract.plan())) {
            return contract; // read again: a snapshot does not tell whether its policy is its own or the plan's
        }
        var policy = after.policy(contract.policy().id());
        return plan == contract.plan() && policy == contract.policy() ? contract : contract.with(plan, policy);
    }

    private static boolean isOnAnotherPolicy(Plan plan, @Nullable Plan before) {
        return before != null && before.policyId() != plan.policyId();
    }

    private void putContract(Row row) throws SQLException {
        var contract = contract(row);
        if (contract != null) {
            directory.put(contract);
        }
    }

    /** Null, and an error in the log, when this release cannot read the row: one row must not keep all others out. */
    private @Nullable ContractSnapshot contract(Row row) throws SQLException {
        try {
            return ContractFacts.snapshot(row, catalog);
        } catch (RuntimeException e) {
            log.error("contract {} cannot be read; it stays as it was", row.bigint("contract_id"), e);
            return null;
        }
    }

    /** Reads logins in the order of their contracts, so that those of one share its snapshot. */
    private final class Logins {

        private @Nullable ContractSnapshot last;
        private int unreadableSecrets;

        @Nullable
        SubscriberSnapshot read(Row row) throws SQLException {
            var contract = last;
            if (contract == null || contract.contractId() != row.bigint("contract_id")) {
                contract = contract(row);
            }
            last = contract;
            return contract == null ? null : subscriber(row, contract);
        }

        private SubscriberSnapshot subscriber(Row row, ContractSnapshot contract) throws SQLException {
            var credential = credential(row);
            if (credential instanceof Credential.Unreadable) {
                unreadableSecrets++;
            }
            return new SubscriberSnapshot(
                    row.bigint("subscriber_id"),
                    row.bigint("subscriber_version"),
                    row.text("login"),
                    contract,
                    credential,
                    row.textOrNull("mac"),
                    row.textOrNull("circuit_id"),
                    row.textOrNull("remote_id"),
                    row.textOrNull("framed_ipv4"),
                    row.textOrNull("framed_ipv6_prefix"),
                    row.textOrNull("delegated_ipv6_prefix"),
                    row.texts("framed_routes"),
                    SubscriberBook.locks(row),
                    SubscriberBook.sessionLimit(row));
        }

        private Credential credential(Row row) throws SQLException {
            var secret = row.bytesOrNull("secret");
            return switch (row.oneOf(CredentialKind.class, "credential_kind")) {
                case RECOVERABLE -> secret == null ? new Credential.Unreadable() : passwords.openRecoverable(secret);
                case HASHED -> secret == null ? new Credential.Unreadable() : passwords.openHashed(secret);
                case NT_HASH -> secret == null ? new Credential.Unreadable() : passwords.openNtHash(secret);
                case LINE -> LINE;
            };
        }
    }
}
