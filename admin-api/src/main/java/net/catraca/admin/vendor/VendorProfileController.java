package net.catraca.admin.vendor;

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
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.office.VendorProfiles;
import net.catraca.radius.reply.LoadedProfiles.Reload;
import org.jspecify.annotations.Nullable;

/** The vendor profiles and dictionaries of the node that answers; each node reads its own files. */
@Controller("/api/v1/vendor-profiles")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Vendor profiles")
class VendorProfileController {

    /** A wrong dictionary makes every line of a profile wrong; a person mends the first ones first. */
    private static final int MOST_PROBLEMS = 50;

    private final VendorProfiles profiles;

    VendorProfileController(VendorProfiles profiles) {
        this.profiles = profiles;
    }

    @Serdeable
    @Schema(name = "VendorProfiles", description = "What this node's replies are rendered with.")
    record ProfilesView(
            @Schema(description = "Over all files; nodes with the same one give the same replies.")
            String sha256,

            Instant loadedAt,
            List<VendorView> vendors,

            @Nullable @Schema(description = "Of a reload after that; null once one has succeeded.")
            RefusalView lastRefusal) {}

    @Serdeable
    @Schema(name = "VendorProfile")
    record VendorView(String name, String description) {}

    @Serdeable
    @Schema(name = "RefusedReload")
    record RefusalView(Instant at, List<ProfileProblemView> problems) {}

    @Serdeable
    @Schema(name = "ProfileProblem")
    record ProfileProblemView(
            String file,

            @Schema(description = "From 1; 0 when the file as a whole is meant.")
            int line,

            @Schema(description = "From 1; 0 when the line as a whole is meant.")
            int column,

            String what) {

        static ProfileProblemView of(Problem problem) {
            return new ProfileProblemView(problem.file().toString(), problem.line(), problem.column(), problem.what());
        }
    }

    /** Shows what is loaded, since when, and what was wrong with the last reload if it was refused. */
    @Get
    @RequiresPermission(Permission.VENDOR_PROFILE_VIEW)
    ProfilesView get() {
        return view();
    }

    /**
     * Reads the files of this node again. With a problem in any of them nothing changes, and 409 names the lines at
     * fault; else the next replies use them.
     */
    @Post("/reload")
    @RequiresPermission(Permission.VENDOR_PROFILE_RELOAD)
    @WritesOnce
    HttpResponse<ProfilesView> reload(HttpRequest<?> request) {
        return switch (profiles.reload(Caller.of(request).actor())) {
            case Reload.Reloaded _ -> HttpResponse.ok(view());
            case Reload.Refused(var problems) ->
                throw ProblemException.conflict("vendor-profiles-refused", words(problems));
        };
    }

    private static String words(List<Problem> problems) {
        String more = problems.size() > MOST_PROBLEMS ? "\nand " + (problems.size() - MOST_PROBLEMS) + " more" : "";
        return problems.stream()
                .limit(MOST_PROBLEMS)
                .map(Problem::toString)
                .collect(Collectors.joining("\n", "The profiles that were loaded stay. ", more));
    }

    private ProfilesView view() {
        var status = profiles.status();
        var refusal = status.lastRefusal();
        return new ProfilesView(
                status.sha256(),
                status.loadedAt(),
                profiles.vendors().stream()
                        .map(vendor -> new VendorView(vendor, profiles.description(vendor)))
                        .toList(),
                refusal == null
                        ? null
                        : new RefusalView(
                                refusal.at(),
                                refusal.problems().stream()
                                        .limit(MOST_PROBLEMS)
                                        .map(ProfileProblemView::of)
                                        .toList()));
    }
}
