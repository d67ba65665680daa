package net.catraca.admin.secret;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.List;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.SecretReseal;

/** The keys that stored secrets are sealed with, by their ids: the keys themselves are in no answer. */
@Controller("/api/v1/secret-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Secret keys")
class SecretKeyController {

    private final SecretVault vault;
    private final SecretReseal secrets;
    private final AuditLog audit;
    private final Clock clock;

    SecretKeyController(SecretVault vault, SecretReseal secrets, AuditLog audit, Clock clock) {
        this.vault = vault;
        this.secrets = secrets;
        this.audit = audit;
        this.clock = clock;
    }

    @Serdeable
    @Schema(name = "SecretKeys")
    record KeysView(
            @Schema(description = "Of the key that this node seals with.")
            int newestKeyId,

            @Schema(description = "A key that is not among these, and not the newest, may be taken away.")
            List<KeyUseView> inUse) {}

    @Serdeable
    @Schema(name = "SecretKeyUse")
    record KeyUseView(int keyId, long secrets) {}

    @Serdeable
    @Schema(name = "Reseal")
    record ResealView(
            @Schema(description = "Secrets that were sealed with an older key.")
            int resealed,

            @Schema(description = "Secrets that do not open with any key of this node; they stay as they are.")
            int unreadable,

            int newestKeyId) {}

    /** Shows how many stored secrets rest sealed with each key. */
    @Get
    @RequiresPermission(Permission.SECRET_KEY_VIEW)
    KeysView get() {
        return new KeysView(
                vault.newestKeyId(),
                secrets.byKey().entrySet().stream()
                        .map(use -> new KeyUseView(use.getKey(), use.getValue()))
                        .toList());
    }

    /** Seals all stored secrets with the newest key. All nodes must have that key already. May be repeated. */
    @Post("/reseal")
    @RequiresPermission(Permission.SECRET_KEY_RESEAL)
    @WritesOnce(ownTransactions = true)
    HttpResponse<ResealView> reseal(HttpRequest<?> request) {
        var result = secrets.reseal();
        var view = new ResealView(result.resealed(), result.unreadable(), vault.newestKeyId());
        audit.append(Caller.of(request).actor(), "secret-keys.reseal", "secret-keys", null, view, clock.instant());
        return HttpResponse.ok(view);
    }
}
