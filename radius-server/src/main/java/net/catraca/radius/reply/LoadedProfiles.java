package net.catraca.radius.reply;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.dictionary.Dictionary;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.nas.CoaRules;

/**
 * The vendor profiles of a configuration folder, read again on demand. A folder with a problem is refused whole, and
 * what was loaded before goes on.
 */
public final class LoadedProfiles implements ReplyProfiles {

    private final Path config;
    private volatile ProfileSet current;

    private LoadedProfiles(Path config, ProfileSet first) {
        this.config = config;
        this.current = first;
    }

    /** What became of reading for the first time. */
    public sealed interface Opening {

        record Opened(LoadedProfiles profiles) implements Opening {}

        /** @param problems at least one; nothing is loaded */
        record Refused(List<Problem> problems) implements Opening {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /** What became of reading again. */
    public sealed interface Reload {

        /** @param sha256 of what is loaded now, in hex; the same as before when no file has changed */
        record Reloaded(String sha256) implements Reload {}

        /** @param problems at least one; the old profiles stay */
        record Refused(List<Problem> problems) implements Reload {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /** @param config holds the folders {@code dictionaries} and {@code vendors} */
    public static Opening open(Path config) {
        return switch (ProfileSet.read(config)) {
            case ProfileSet.Reading.Loaded(var profiles) -> new Opening.Opened(new LoadedProfiles(config, profiles));
            case ProfileSet.Reading.Refused(var problems) -> new Opening.Refused(problems);
        };
    }

    /** All that is wrong with the dictionaries and profiles of a folder; empty when it could be loaded. */
    public static List<Problem> problems(Path config) {
        return switch (ProfileSet.read(config)) {
            case ProfileSet.Reading.Loaded _ -> List.of();
            case ProfileSet.Reading.Refused(var problems) -> problems;
        };
    }

    /** Reads the folder again and swaps everything at once, or nothing. */
    public Reload reload() {
        return reload(Set.of());
    }

    /** @param needed vendors that NASes have: without their profiles those would get no answer any more */
    public synchronized Reload reload(Set<String> needed) {
        return switch (ProfileSet.read(config)) {
            case ProfileSet.Reading.Loaded(var profiles) -> {
                var missing = needed.stream()
                        .filter(vendor -> !profiles.profiles().containsKey(vendor))
                        .sorted()
                        .map(vendor -> new Problem(
                                config.resolve("vendors"),
                                0,
                                0,
                                "expected a profile \"" + vendor + "\", for a NAS has that vendor"))
                        .toList();
                if (!missing.isEmpty()) {
                    yield new Reload.Refused(missing);
                }
                current = profiles;
                yield new Reload.Reloaded(profiles.sha256());
            }
            case ProfileSet.Reading.Refused(var problems) -> new Reload.Refused(problems);
        };
    }

    /** SHA-256 in hex over all files that were read: two nodes with the same one give the same replies. */
    @Override
    public String sha256() {
        return current.sha256();
    }

    /** The dictionary that the profiles were read with. */
    public Dictionary dictionary() {
        return current.dictionary();
    }

    /** What this vendor's profile says that it is for. */
    public String description(String vendor) {
        return current.profile(vendor).description();
    }

    @Override
    public Set<String> vendors() {
        return current.profiles().keySet();
    }

    @Override
    public byte[] encoded(String vendor, Plan plan, AccessLevel level) {
        return current.encoded(vendor, plan, level);
    }

    @Override
    public List<RenderedAttribute> rendered(String vendor, Plan plan, AccessLevel level) {
        return current.rendered(vendor, plan, level);
    }

    @Override
    public boolean rejectsBlocked(String vendor) {
        return current.profile(vendor).blocked() instanceof VendorProfile.Blocked.Reject;
    }

    @Override
    public boolean keepsFixedAddresses(String vendor, AccessLevel level) {
        return current.profile(vendor).keepsFixedAddresses(level);
    }

    @Override
    public LevelChange change(String vendor, Plan plan, Set<AccessLevel> from, AccessLevel to) {
        return current.change(vendor, plan, from, to);
    }

    @Override
    public LevelChange changeFromUnknown(String vendor, Plan plan, AccessLevel to) {
        return current.changeFromUnknown(vendor, plan, to);
    }

    @Override
    public List<SessionAttribute> identify(String vendor) {
        return current.profile(vendor).identify().attributes();
    }

    @Override
    public CoaRules coa(String vendor) {
        return current.profile(vendor).coa();
    }

    @Override
    public int rejectDelayMillis(String vendor) {
        return current.profile(vendor).rejectDelayMillis();
    }
}
