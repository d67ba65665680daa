package net.catraca.admin.policy;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.AccessPolicies;
import net.catraca.billing.office.AccessPolicies.Described;
import net.catraca.billing.office.PolicySimulation;
import org.jspecify.annotations.Nullable;

/** Named access policies. A version is drafted with examples, activated when they hold, and never changed again. */
@Controller("/api/v1/policies")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Policies")
class PolicyController {

    private final AccessPolicies policies;
    private final PolicySimulation simulation;

    PolicyController(AccessPolicies policies, PolicySimulation simulation) {
        this.policies = policies;
        this.simulation = simulation;
    }

    @Serdeable
    @Schema(name = "NewPolicy", example = """
                    {"name":"business"}
                    """)
    record NewPolicy(@NotBlank @Size(max = 100) String name) {}

    @Serdeable
    @Schema(name = "Policy")
    record PolicyView(long id, long version, String name, List<VersionView> versions) {

        static PolicyView of(Described policy) {
            return new PolicyView(
                    policy.id(),
                    policy.version(),
                    policy.name(),
                    policy.versions().stream().map(VersionView::of).toList());
        }
    }

    /** Lists the policies with their versions. */
    @Get
    @RequiresPermission(Permission.POLICY_VIEW)
    Page<PolicyView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(policies.list(page.after(0), page.limitAndOne()), page, Described::id, PolicyView::of);
    }

    /** Shows a policy with all its versions. */
    @Get("/{id}")
    @RequiresPermission(Permission.POLICY_VIEW)
    HttpResponse<PolicyView> get(@PathVariable long id) {
        var policy = found(policies.find(id), "policy", id);
        return shown(PolicyView.of(policy), policy.version());
    }

    /** Makes a policy without versions; nothing can refer to it until one is active. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.POLICY_WRITE)
    @WritesOnce
    HttpResponse<PolicyView> create(@Body NewPolicy wanted, HttpRequest<?> request) {
        var made = granted(policies.create(Caller.of(request).actor(), wanted.name()));
        return created(PolicyView.of(made), "/api/v1/policies/" + made.id(), made.version());
    }

    /** Drafts the next version; nothing reads it before it is activated. */
    @Post("/{id}/versions")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.POLICY_WRITE)
    @WritesOnce
    HttpResponse<VersionView> draft(@PathVariable long id, @Body VersionData data, HttpRequest<?> request) {
        var drafted = granted(policies.draft(Caller.of(request).actor(), id, data.version(), data.policyExamples()));
        return HttpResponse.created(VersionView.of(drafted), URI.create("/api/v1/policies/" + id));
    }

    /** Puts a draft in force from its day on, if all its examples hold. */
    @Post("/{id}/versions/{number}/activate")
    @RequiresPermission(Permission.POLICY_WRITE)
    @WritesOnce
    HttpResponse<VersionView> activate(@PathVariable long id, @PathVariable int number, HttpRequest<?> request) {
        return HttpResponse.ok(
                VersionView.of(granted(policies.activate(Caller.of(request).actor(), id, number))));
    }

    /**
     * Tries a version, a draft too, on today's contracts and on what they were in months past: how many would be
     * computed otherwise, with the revenue at stake and a sample. It changes nothing.
     *
     * @param months how many months past are looked at besides today, at most 12; none when absent
     */
    @Post("/{id}/versions/{number}/simulate")
    @RequiresPermission(Permission.POLICY_VIEW)
    SimulationView simulate(@PathVariable long id, @PathVariable int number, @Nullable @QueryValue Integer months) {
        return SimulationView.of(granted(simulation.simulate(id, number, months == null ? 0 : months)));
    }
}
