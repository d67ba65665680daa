package net.catraca.admin.address;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.radius.address.AddressLeases;
import net.catraca.radius.address.AddressPool;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import net.catraca.radius.address.AddressRange;
import net.catraca.radius.address.PoolDraft;
import net.catraca.radius.address.PoolFamily;
import net.catraca.radius.office.AddressPools;
import org.jspecify.annotations.Nullable;

/** Addresses that Catraca assigns itself. A plan names a pool after "catraca:". */
@Controller("/api/v1/address-pools")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Address pools")
class AddressPoolController {

    private final AddressPools pools;
    private final AddressLeases leases;

    AddressPoolController(AddressPools pools, AddressLeases leases) {
        this.pools = pools;
        this.leases = leases;
    }

    @Serdeable
    @Schema(name = "AddressPoolData", example = """
                    {"name":"cgnat","family":"ipv4","whenExhausted":"reject","ranges":["100.64.0.0/24"]}
                    """)
    record PoolData(
            @NotBlank @Size(max = 80) @Schema(example = "cgnat")
            String name,

            @Schema(description = "ipv4, ipv6-prefix (of the link) or delegated-ipv6-prefix")
            PoolFamily family,

            @Nullable
            @Min(1)
            @Max(128)
            @Schema(description = "Length of the prefix that a session gets; 32, 64 or 56 by family when absent.")
            Integer unitLength,

            @Nullable @Schema(description = "What becomes of a login when all is in use; nas-assigns when absent.")
            WhenExhausted whenExhausted,

            @Size(min = 1, max = 1000) @Schema(example = "[\"100.64.0.0/20\", \"100.65.0.10-100.65.0.99\"]")
            List<String> ranges,

            @Nullable @Size(max = 1000) @Schema(description = "Not to be assigned.", example = "[\"100.64.0.1\"]")
            List<String> excluded) {

        PoolDraft draft() {
            return new PoolDraft(
                    name,
                    family,
                    unitLength == null ? family.usualUnitLength() : unitLength,
                    whenExhausted == null ? WhenExhausted.NAS_ASSIGNS : whenExhausted,
                    ranges(ranges, excluded));
        }

        static List<AddressRange> ranges(List<String> ranges, @Nullable List<String> excluded) {
            List<AddressRange> all = new ArrayList<>();
            read(ranges, "ranges", false, all);
            read(excluded == null ? List.of() : excluded, "excluded", true, all);
            return all;
        }

        private static void read(List<String> texts, String field, boolean excluded, List<AddressRange> into) {
            for (int i = 0; i < texts.size(); i++) {
                var range = AddressRange.parse(texts.get(i), excluded);
                if (range == null) {
                    throw ProblemException.invalid(InvalidField.body(
                            "/" + field + "/" + i,
                            "addresses such as 100.64.0.0/20, 100.64.0.10-100.64.0.99 or 100.64.0.1",
                            "another text"));
                }
                into.add(range);
            }
        }
    }

    /** What of a pool may change. */
    @Serdeable
    @Schema(name = "AddressPoolChange", example = """
                    {"whenExhausted":"reject","ranges":["100.64.0.0/24"]}
                    """)
    record PoolChange(
            @Nullable @Schema(description = "nas-assigns when absent.")
            WhenExhausted whenExhausted,

            @Size(min = 1, max = 1000) @Schema(example = "[\"100.64.0.0/20\"]")
            List<String> ranges,

            @Nullable @Size(max = 1000) @Schema(description = "Not to be assigned.", example = "[\"100.64.0.1\"]")
            List<String> excluded) {

        PoolDraft of(AddressPool pool) {
            return new PoolDraft(
                    pool.name(),
                    pool.family(),
                    pool.unitLength(),
                    whenExhausted == null ? WhenExhausted.NAS_ASSIGNS : whenExhausted,
                    PoolData.ranges(ranges, excluded));
        }
    }

    @Serdeable
    @Schema(name = "AddressPool")
    record PoolView(
            long id,
            long version,
            String name,
            PoolFamily family,
            int unitLength,
            WhenExhausted whenExhausted,
            List<String> ranges,
            List<String> excluded) {

        static PoolView of(AddressPool pool) {
            return new PoolView(
                    pool.id(),
                    pool.version(),
                    pool.name(),
                    pool.family(),
                    pool.unitLength(),
                    pool.whenExhausted(),
                    texts(pool, false),
                    texts(pool, true));
        }

        private static List<String> texts(AddressPool pool, boolean excluded) {
            return pool.ranges().stream()
                    .filter(range -> range.excluded() == excluded)
                    .map(AddressRange::toString)
                    .toList();
        }
    }

    @Serdeable
    @Schema(name = "AddressPools")
    record Pools(List<PoolView> items) {}

    @Serdeable
    @Schema(name = "AddressPoolImport", example = """
                    {"lines":["pool,family,range","cgnat,ipv4,100.64.0.0/24"]}
                    """)
    record Import(
            @Size(min = 2, max = 10_000)
            @Schema(
                    description =
                            "Lines of CSV: pool,family,range and, where wanted, unitLength,excluded,whenExhausted."
                                    + " The first names the columns. Pools that exist get the ranges added.",
                    example = "[\"pool,family,range,excluded\", \"cgnat,ipv4,100.64.0.0/20,\"]")
            List<@Size(max = 500) String> lines) {}

    @Serdeable
    @Schema(name = "AddressPoolStatus")
    record PoolStatus(
            String name,

            @Schema(description = "Addresses or prefixes that can be assigned.")
            long units,

            @Schema(description = "In use by live sessions, whoever assigned them.")
            long used,

            long free,

            @Schema(description = "Who holds the blocks; node null for nobody.")
            List<NodeShare> nodes,

            @Nullable @Schema(description = "How this node's share stands; null when it has none yet.")
            ShareView here) {}

    @Serdeable
    @Schema(name = "AddressPoolNode")
    record NodeShare(
            @Nullable Integer node,
            long blocks,
            long units,

            @Nullable @Schema(description = "Renewed each minute while the node lives.")
            Instant leasedUntil) {}

    @Serdeable
    @Schema(name = "AddressPoolShare")
    record ShareView(
            int held,
            @Schema(description = "To be given at once.") int ready,
            int inUse,

            @Schema(description = "Given, and not heard of yet.")
            int offered,

            @Schema(description = "Ended a moment ago, or kept for their owners after a restart.")
            int resting,

            int free) {

        static @Nullable ShareView of(AddressLeases.@Nullable Standing standing) {
            return standing == null
                    ? null
                    : new ShareView(
                            standing.held(),
                            standing.ready(),
                            standing.inUse(),
                            standing.offered(),
                            standing.resting(),
                            standing.free());
        }
    }

    /** Lists the pools; there are a thousand at most. */
    @Get
    @RequiresPermission(Permission.ADDRESS_POOL_VIEW)
    Pools list() {
        return new Pools(pools.list().stream().map(PoolView::of).toList());
    }

    /** Shows a pool. */
    @Get("/{name}")
    @RequiresPermission(Permission.ADDRESS_POOL_VIEW)
    HttpResponse<PoolView> get(@PathVariable String name) {
        var pool = byName(name);
        return shown(PoolView.of(pool), pool.version());
    }

    /** Tells how much of a pool is used and free, and which nodes hold it. */
    @Get("/{name}/status")
    @RequiresPermission(Permission.ADDRESS_POOL_VIEW)
    PoolStatus status(@PathVariable String name) {
        var pool = byName(name);
        long units = pool.units();
        long used = pools.inUse(pool);
        return new PoolStatus(
                pool.name(),
                units,
                used,
                Math.max(0, units - used),
                pools.standing(pool).stream()
                        .map(one -> new NodeShare(one.node(), one.blocks(), one.units(), one.leasedUntil()))
                        .toList(),
                ShareView.of(leases.standing(name)));
    }

    /** Makes a pool. Refused where it meets another pool or a fixed address. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.ADDRESS_POOL_WRITE)
    @WritesOnce
    HttpResponse<PoolView> create(@Body PoolData data, HttpRequest<?> request) {
        var made = granted(pools.create(Caller.of(request).actor(), data.draft()));
        return created(PoolView.of(made), "/api/v1/address-pools/" + made.name(), made.version());
    }

    /**
     * Writes the ranges of a pool and what becomes of logins when all is in use; If-Match says which state was seen. A
     * range of which a node holds a part stays: exclude its addresses instead.
     */
    @Put("/{name}")
    @RequiresPermission(Permission.ADDRESS_POOL_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<PoolView> update(@PathVariable String name, @Body PoolChange data, HttpRequest<?> request) {
        var updated =
                granted(pools.update(Caller.of(request).actor(), name, Etag.required(request), data.of(byName(name))));
        return shown(PoolView.of(updated), updated.version());
    }

    /** Removes a pool that no plan names. If-Match is optional. */
    @Delete("/{name}")
    @RequiresPermission(Permission.ADDRESS_POOL_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<PoolView> delete(@PathVariable String name, HttpRequest<?> request) {
        return HttpResponse.ok(
                PoolView.of(granted(pools.delete(Caller.of(request).actor(), name, Etag.optional(request)))));
    }

    /** Makes pools, and adds ranges to those there are: all lines or none, and the problem names the line. */
    @Post("/import")
    @RequiresPermission(Permission.ADDRESS_POOL_WRITE)
    @WritesOnce
    HttpResponse<Pools> importCsv(@Body Import data, HttpRequest<?> request) {
        var written = granted(pools.importCsv(Caller.of(request).actor(), String.join("\n", data.lines())));
        return HttpResponse.ok(new Pools(written.stream().map(PoolView::of).toList()));
    }

    private AddressPool byName(String name) {
        return found(pools.find(name), "address-pool", name);
    }
}
