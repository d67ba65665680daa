package net.catraca.admin.bank;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.ProblemType;
import net.catraca.admin.security.ProvesItself;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.PixNotices;
import org.jspecify.annotations.Nullable;

/**
 * What a Pix provider calls (Banco Central's API Pix, callback "pix"). It has no token of ours: the notification proves
 * itself by a signature, or by a secret that the proxy adds which ends mTLS. It is not in the API's description, for its
 * body is not ours to describe; docs/payments.md tells it.
 */
@Controller("/api/v1/pix/webhook")
@ExecuteOn(TaskExecutors.BLOCKING)
@Hidden
class PixController {

    static final String SIGNATURE = "X-Catraca-Signature";
    static final String SECRET = "X-Catraca-Webhook-Secret";

    private final BankAgreements agreements;
    private final PixNotices notices;
    private final PixReading reading;

    PixController(BankAgreements agreements, PixNotices notices, PixReading reading) {
        this.agreements = agreements;
        this.notices = notices;
        this.reading = reading;
    }

    /** Providers add "/pix" to the address that they are given. */
    @Post(uris = {"/{agreement}", "/{agreement}/pix"})
    @Consumes(MediaType.ALL)
    @ProvesItself
    HttpResponse<?> notified(
            @PathVariable String agreement,
            @Body byte[] body,
            @Nullable @Header(SIGNATURE) String signature,
            @Nullable @Header(SECRET) String secret,
            HttpRequest<?> request) {
        var proven = agreements
                .prove(agreement, secret, signature, body)
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.UNAUTHENTICATED,
                        "Send " + SIGNATURE + " or " + SECRET + ", as the agreement says."));
        var told = reading.read(proven.id(), body);
        // Kept first: from here on the provider may forget it. What cannot be booked now is tried again.
        notices.keep(told.sound());
        notices.setAside(told.unsound());
        notices.book(Actor.system("pix"), told.sound());
        return HttpResponse.ok();
    }
}
