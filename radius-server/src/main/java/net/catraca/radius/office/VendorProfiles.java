package net.catraca.radius.office;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.reply.LoadedProfiles;
import net.catraca.radius.store.NasLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The vendor profiles and dictionaries of this node: what is loaded, and reading them again after an edit. */
@Singleton
@Requires(beans = {LoadedProfiles.class, NasRegistry.class, AuditLog.class})
public final class VendorProfiles {

    private static final Logger log = LoggerFactory.getLogger(VendorProfiles.class);

    private final LoadedProfiles profiles;
    private final NasRegistry nases;
    private final NasLoader nasLoader;
    private final Sql sql;
    private final AuditLog audit;
    private final Clock clock;
    private volatile Status status;

    VendorProfiles(
            LoadedProfiles profiles,
            NasRegistry nases,
            NasLoader nasLoader,
            Sql sql,
            AuditLog audit,
            Clock clock,
            MeterRegistry meters) {
        this.profiles = profiles;
        this.nases = nases;
        this.nasLoader = nasLoader;
        this.sql = sql;
        this.audit = audit;
        this.clock = clock;
        this.status = new Status(profiles.sha256(), clock.instant(), null);
        Gauge.builder("catraca.vendor.profiles.refused", () -> status.lastRefusal() == null ? 0 : 1)
                .description("1 while the files of vendor profiles have problems, so that older ones stay loaded")
                .register(meters);
    }

    /**
     * @param sha256 in hex, over all files: nodes with the same one give the same replies
     * @param loadedAt when these were read
     * @param lastRefusal of a reload after that, or null
     */
    public record Status(
            String sha256, Instant loadedAt, @Nullable Refusal lastRefusal) {}

    /** @param problems at least one */
    public record Refusal(Instant at, List<Problem> problems) {}

    /** What an audit entry tells of a state. */
    private record Audited(String sha256, Instant loadedAt) {}

    public Status status() {
        return status;
    }

    /** Names of the loaded vendors, in order. */
    public List<String> vendors() {
        return profiles.vendors().stream().sorted().toList();
    }

    /** What this vendor's profile says that it is for. */
    public String description(String vendor) {
        return profiles.description(vendor);
    }

    /** Reads the files again; with a problem in any of them all old ones stay. Audited. */
    public LoadedProfiles.Reload reload(Actor actor) {
        var needed = nases.table().all().stream().map(Nas::vendor).collect(Collectors.toSet());
        var outcome = profiles.reload(needed);
        var now = clock.instant();
        var before = status;
        switch (outcome) {
            case LoadedProfiles.Reload.Reloaded(var sha256) -> {
                status = new Status(sha256, now, null);
                log.info(
                        "vendor profiles reloaded for {}: {} vendors, {}; the next replies use them",
                        actor.name(),
                        profiles.vendors().size(),
                        sha256.equals(before.sha256()) ? "nothing had changed" : "sha256 " + sha256);
                admitNasesOfNewVendors();
                sql.inTransaction(() -> {
                    audit.append(
                            actor,
                            "vendor-profiles.reload",
                            "vendor-profiles",
                            new Audited(before.sha256(), before.loadedAt()),
                            new Audited(sha256, now),
                            now);
                    return sha256;
                });
            }
            case LoadedProfiles.Reload.Refused(var problems) -> {
                status = new Status(before.sha256(), before.loadedAt(), new Refusal(now, problems));
                problems.forEach(problem -> log.error("{}", problem));
                log.error(
                        "vendor profiles not reloaded for {}: {} problems; those of {} stay",
                        actor.name(),
                        problems.size(),
                        before.loadedAt());
            }
        }
        return outcome;
    }

    /** A NAS whose vendor had no profile was left out of the table; now it may have one. */
    private void admitNasesOfNewVendors() {
        try {
            nasLoader.load();
        } catch (RuntimeException e) {
            log.warn("the NASes could not be read again ({}); those loaded stay until the next change", e.getMessage());
        }
    }
}
