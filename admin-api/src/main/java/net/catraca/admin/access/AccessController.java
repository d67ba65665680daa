package net.catraca.admin.access;

import static net.catraca.admin.http.Outcomes.found;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.office.AccessInquiry;
import net.catraca.billing.office.AccessInquiry.Explanation;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.LockViolations;
import net.catraca.radius.store.LockViolationBook;
import org.jspecify.annotations.Nullable;

/** Why is this customer offline? */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Access")
class AccessController {

    private static final int SHOWN_VIOLATIONS = 20;

    private final AccessInquiry inquiry;
    private final NetworkAnswers network;
    private final SubscriberDirectory directory;
    private final LockViolations violations;
    private final LockViolationBook kept;

    AccessController(
            AccessInquiry inquiry,
            NasRegistry nases,
            ReplyProfiles profiles,
            SubscriberDirectory directory,
            LockViolations violations,
            LockViolationBook kept) {
        this.kept = kept;
        this.inquiry = inquiry;
        this.directory = directory;
        this.violations = violations;
        this.network = new NetworkAnswers(() -> nases.table().all(), profiles);
    }

    /** Explains the access of the contract that a login belongs to, whatever the login's case. */
    @Get("/subscribers/{login}/access")
    @RequiresPermission(Permission.ACCESS_VIEW)
    AccessView ofLogin(@PathVariable String login) {
        return view(found(inquiry.ofLogin(login), "login", login));
    }

    /**
     * Explains the access of a contract: level, reason, rule, what routers are told, and what changes next.
     *
     * @param at an instant that has passed: what was decided then, and why, with the
     *     policy version of then; without receivables and releases. Now when absent.
     */
    @Get("/contracts/{id}/access")
    @RequiresPermission(Permission.ACCESS_VIEW)
    AccessView ofContract(@PathVariable long id, @Nullable @QueryValue Instant at) {
        if (at == null) {
            return view(found(inquiry.ofContract(id), "contract", id));
        }
        if (!inquiry.hasPassed(at)) {
            throw ProblemException.invalid(InvalidField.query("at", "an instant that has passed"));
        }
        return view(found(inquiry.ofContract(id, at), "record of what was decided at " + at + " for contract", id));
    }

    /**
     * Explains how far a contract is paid: what covers its days from the financial base date on, where that ends and
     * why, and what its days late count from.
     */
    @Get("/contracts/{id}/paid-until")
    @RequiresPermission(Permission.ACCESS_VIEW)
    PaidUntilView paidUntil(@PathVariable long id) {
        return PaidUntilView.of(found(inquiry.paidUntil(id), "contract", id));
    }

    private AccessView view(Explanation explanation) {
        var effective = explanation.access().effective();
        var contract = explanation.contract();
        return AccessView.of(
                explanation,
                network.of(effective.level(), version(explanation).blockedAs(), contract.plan()),
                violations(explanation.logins()));
    }

    /** Of all nodes, and of this one also what is not stored yet; the latest first. */
    private List<LockViolationView> violations(List<String> logins) {
        var ids = new HashMap<Long, String>();
        for (var login : logins) {
            var subscriber = directory.byLogin(login);
            if (subscriber != null) {
                ids.put(subscriber.subscriberId(), login);
            }
        }
        var seen = new ArrayList<LockViolationView>();
        kept.of(ids.keySet(), SHOWN_VIOLATIONS)
                .forEach(one -> seen.add(LockViolationView.of(ids.getOrDefault(one.subscriberId(), ""), one.seen())));
        ids.forEach((id, login) -> violations.of(id).stream()
                .map(one -> LockViolationView.of(login, one))
                .filter(one -> seen.stream().noneMatch(one::isSamePlaceAs))
                .forEach(seen::add));
        seen.sort(Comparator.comparing(LockViolationView::at).reversed());
        return seen.stream().limit(SHOWN_VIOLATIONS).toList();
    }

    /**
     * Lists from where logins were used against their locks, at all nodes, the newest places first.
     *
     * @param login only of this one
     * @param nas only at this router
     */
    @Get("/lock-violations")
    @RequiresPermission(Permission.SUBSCRIBER_VIEW)
    Page<LockViolationEntry> lockViolations(
            @Nullable @QueryValue String login,
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                kept.list(login, nas, page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                LockViolationBook.Kept::id,
                LockViolationEntry::of);
    }

    /** The version that decided; its number is one of the policy's. */
    private static AccessPolicyVersion version(Explanation explanation) {
        return explanation.contract().policy().versions().stream()
                .filter(version -> version.number() == explanation.policyVersion())
                .findFirst()
                .orElseThrow();
    }
}
