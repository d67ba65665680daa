package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.CsvFormat;
import net.catraca.billing.cnab.Layout;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.secret.Opening;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Where news of money comes from: agreements with banks, Pix keys, payment providers. */
@Singleton
public final class BankAgreements {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,59}");

    /** 256 bits: nothing to guess at. */
    private static final int SECRET_OCTETS = 32;

    private final Sql sql;
    private final BankBook banks;
    private final Layouts layouts;
    private final SecretVault vault;
    private final AuditLog audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    BankAgreements(Sql sql, BankBook banks, Layouts layouts, SecretVault vault, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.banks = banks;
        this.layouts = layouts;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param secret what a Pix webhook must show or sign with, told once; null for the others */
    public record Made(BankAgreement agreement, @Nullable String secret) {
        @Override
        public String toString() {
            return "Made[" + agreement + "]";
        }
    }

    public Collection<Layout> layouts() {
        return layouts.all();
    }

    /**
     * Id and version are not read.
     *
     * @param secret of a webhook, where the other side has chosen one; null makes one
     */
    public Outcome<Made> create(Actor actor, BankAgreement wanted, @Nullable String secret) {
        var checks = check(wanted)
                .expect(
                        secret == null || (secret.length() >= 16 && secret.length() <= 500),
                        "secret",
                        "16 to 500 characters");
        if (checks.failed()) {
            return checks.declined();
        }
        String shown = wanted.kind() == Kind.PIX ? secret == null ? newSecret() : secret : null;
        return sql.inTransaction(() -> banks.insert(wanted, shown == null ? null : seal(shown), clock.instant())
                .map(made -> {
                    audit.append(
                            actor, "bank-agreement.create", "bank-agreement/" + made.id(), null, made, clock.instant());
                    return Outcome.done(new Made(made, shown));
                })
                .orElseGet(() -> Outcome.declined(new Problem.Conflict("name-taken", wanted.name()))));
    }

    /**
     * Writes all of an agreement but its kind and its webhook's secret. Its folder in the watched inbox goes by the new
     * name.
     *
     * @param expectedVersion the state that was seen
     */
    public Outcome<BankAgreement> update(Actor actor, long id, @Nullable Long expectedVersion, BankAgreement wanted) {
        var checks = check(wanted);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var found = banks.lock(id);
            if (found.isEmpty()) {
                return Outcome.declined(new Problem.Unknown("bank_agreement", id));
            }
            var stale = LockedContract.stale(expectedVersion, found.get().version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            if (found.get().kind() != wanted.kind()) {
                return Outcome.declined(
                        new Problem.Conflict("kind-stays", found.get().kind().name()));
            }
            if (banks.agreement(wanted.name()).filter(other -> other.id() != id).isPresent()) {
                return Outcome.declined(new Problem.Conflict("name-taken", wanted.name()));
            }
            var updated = banks.update(id, wanted);
            audit.append(actor, "bank-agreement.update", "bank-agreement/" + id, found.get(), updated, clock.instant());
            return Outcome.done(updated);
        });
    }

    /** The old one stops working at once. */
    public Outcome<Made> renewSecret(Actor actor, long id) {
        var found = banks.agreement(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Problem.Unknown("bank_agreement", id));
        }
        if (found.get().kind() != Kind.PIX) {
            return Outcome.declined(
                    new Problem.Conflict("no-webhook", found.get().kind().name()));
        }
        String secret = newSecret();
        return sql.inTransaction(() -> {
            banks.setSecret(id, seal(secret));
            var now = banks.agreement(id).orElseThrow();
            audit.append(actor, "bank-agreement.renew-secret", "bank-agreement/" + id, null, now, clock.instant());
            return Outcome.done(new Made(now, secret));
        });
    }

    private String newSecret() {
        byte[] octets = new byte[SECRET_OCTETS];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    private byte[] seal(String secret) {
        return vault.seal(Purpose.WEBHOOK_SECRET, secret.getBytes(StandardCharsets.UTF_8));
    }

    private Checks check(BankAgreement wanted) {
        var checks = new Checks()
                .expect(
                        NAME.matcher(wanted.name()).matches(),
                        "name",
                        "1 to 60 lower-case letters, digits, dots, dashes: a folder bears it")
                .textOrNone(wanted.number(), 30, "number")
                .expect(
                        (wanted.kind() == Kind.CNAB) == (wanted.layout() != null),
                        "layout",
                        "a layout exactly for cnab")
                .expect((wanted.kind() == Kind.CSV) == (wanted.csv() != null), "csv", "a format exactly for csv")
                .expect(
                        (wanted.kind() == Kind.PIX) == (wanted.webhook() != null),
                        "webhook",
                        "hmac or secret exactly for pix");
        if (wanted.layout() != null) {
            checks.expect(
                    layouts.find(wanted.layout()).isPresent(),
                    "layout",
                    "one of "
                            + String.join(
                                    ", ",
                                    layouts.all().stream().map(Layout::name).toList()));
        }
        if (wanted.csv() != null) {
            check(wanted.csv(), checks);
        }
        return checks;
    }

    private static void check(CsvFormat csv, Checks checks) {
        var columns = csv.columns();
        checks.expect(
                        CsvFormat.KNOWN.containsAll(columns.keySet()),
                        "csv.columns",
                        "only " + String.join(", ", CsvFormat.KNOWN))
                .expect(columns.containsKey("amount"), "csv.columns", "a column for amount")
                .expect(columns.containsKey("paid-on"), "csv.columns", "a column for paid-on")
                .expect(
                        List.of("external-id", "our-number", "txid", "document").stream()
                                .anyMatch(columns::containsKey),
                        "csv.columns",
                        "a column for external-id, our-number, txid or document")
                .expect(isPattern(csv.days()), "csv.days", "a pattern of days, such as dd/MM/yyyy")
                .expect(
                        csv.delimiter() != '"' && csv.delimiter() != '\n' && csv.delimiter() != '\r',
                        "csv.delimiter",
                        "one character that is no quote and no line end");
    }

    private static boolean isPattern(String days) {
        try {
            return DateTimeFormatter.ofPattern(days).toString().length() > 0 && days.length() <= 30;
        } catch (IllegalArgumentException | DateTimeException e) {
            return false;
        }
    }

    public Optional<BankAgreement> find(long id) {
        return banks.agreement(id);
    }

    /** @param afterId only ids above it: the cursor of a page, 0 for the first */
    public List<BankAgreement> list(long afterId, int limit) {
        return banks.agreements(afterId, limit);
    }

    /**
     * The agreement of a notification that proves where it comes from; empty without proof, whatever is wrong. The time
     * that it takes says nothing of the secret.
     *
     * @param name of the agreement
     * @param secret as the proxy sent it, or null
     * @param signature {@code sha256=} and HMAC-SHA256 of the body in hexadecimal, or null
     */
    public Optional<BankAgreement> prove(
            String name, @Nullable String secret, @Nullable String signature, byte[] body) {
        return banks.agreement(name).filter(agreement -> {
            var kept = banks.sealedSecret(agreement.id()).map(this::open).orElse(null);
            if (kept == null || agreement.webhook() == null) {
                return false;
            }
            return switch (agreement.webhook()) {
                case SECRET -> secret != null && isSame(kept, secret.getBytes(StandardCharsets.UTF_8));
                case HMAC ->
                    signature != null && isSame(signature(kept, body), signature.getBytes(StandardCharsets.UTF_8));
            };
        });
    }

    private byte @Nullable [] open(byte[] sealed) {
        return switch (vault.open(Purpose.WEBHOOK_SECRET, sealed)) {
            case Opening.Opened(var clear) -> clear;
            case Opening.KeyMissing _ -> null;
            case Opening.Damaged() -> null;
        };
    }

    private static boolean isSame(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    private static byte[] signature(byte[] secret, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return ("sha256=" + HexFormat.of().formatHex(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
