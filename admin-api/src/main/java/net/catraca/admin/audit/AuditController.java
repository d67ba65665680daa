package net.catraca.admin.audit;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.regex.Pattern;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.admin.store.AuditStore;
import org.jspecify.annotations.Nullable;

/** Who did what, from where, with what before and after. */
@Controller("/api/v1/audit")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Audit")
class AuditController {

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final AuditStore audit;
    private final JsonMapper json;

    AuditController(AuditStore audit, JsonMapper json) {
        this.audit = audit;
        this.json = json;
    }

    @Serdeable
    @Schema(name = "AuditEntry")
    record EntryView(
            long position,
            Instant at,
            String actor,
            @Nullable Long tokenId,
            @Nullable String from,
            @Schema(example = "contract.activate") String action,
            @Schema(example = "contract/42") String subject,

            @Nullable @Schema(implementation = Object.class, description = "As it was; null when it was not there.")
            JsonNode before,

            @Nullable @Schema(implementation = Object.class, description = "As it became; null when it is gone.")
            JsonNode after) {}

    @Serdeable
    @Schema(name = "AuditVerification")
    record VerificationView(
            boolean whole,
            long entries,

            @Nullable @Schema(description = "Hash of the newest seal: note it with entries, elsewhere.")
            String head,

            @Nullable FaultView fault) {}

    @Serdeable
    @Schema(name = "AuditFault")
    record FaultView(long position, long auditId, AuditVerification.Kind kind) {}

    /**
     * Lists entries, newest first.
     *
     * @param subject only those of one subject, such as contract/42
     * @param actor only those of one person or job
     */
    @Get
    @RequiresPermission(Permission.AUDIT_VIEW)
    Page<EntryView> list(
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor,
            @Nullable @QueryValue String subject,
            @Nullable @QueryValue String actor) {
        var page = PageRequest.of(limit, cursor);
        var found = audit.newest(page.after(Long.MAX_VALUE), subject, actor, page.limitAndOne());
        return Page.of(found, page, AuditEntry::position, this::view);
    }

    /**
     * Recomputes the chain of seals. It is whole when nothing was changed, removed or slipped in since; an end that was
     * cut off shows only against a head that was noted elsewhere.
     *
     * @param notedEntries the entries of an earlier verification
     * @param notedHead its head
     */
    @Get("/verification")
    @RequiresPermission(Permission.AUDIT_VIEW)
    VerificationView verify(@Nullable @QueryValue Long notedEntries, @Nullable @QueryValue String notedHead) {
        if ((notedEntries == null) != (notedHead == null)) {
            throw ProblemException.invalid(InvalidField.query(
                    notedEntries == null ? "notedEntries" : "notedHead",
                    "both notedEntries and notedHead, or neither"));
        }
        if (notedHead != null && !HASH.matcher(notedHead).matches()) {
            throw ProblemException.invalid(InvalidField.query("notedHead", "64 lower-case hexadecimal digits"));
        }
        var verification = audit.verify(notedEntries == null ? 0 : notedEntries, notedHead);
        var fault = verification.fault();
        return new VerificationView(
                fault == null,
                verification.entries(),
                verification.head(),
                fault == null ? null : new FaultView(fault.position(), fault.auditId(), fault.kind()));
    }

    private EntryView view(AuditEntry entry) {
        return new EntryView(
                entry.position(),
                entry.at(),
                entry.actor(),
                entry.tokenId(),
                entry.source(),
                entry.action(),
                entry.subject(),
                parse(entry.before()),
                parse(entry.after()));
    }

    private @Nullable JsonNode parse(@Nullable String text) {
        try {
            return text == null ? null : json.readValue(text, JsonNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
