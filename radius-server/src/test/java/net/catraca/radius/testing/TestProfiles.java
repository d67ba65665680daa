package net.catraca.radius.testing;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.reply.LoadedProfiles;
import net.catraca.radius.reply.ReplyProfiles;

/** Vendors whose only attribute is a Filter-Id that names the level; "gardenless" has no garden. */
public final class TestProfiles implements ReplyProfiles {

    public static final int REJECT_DELAY_MILLIS = 1_000;

    private final Set<String> vendors = new HashSet<>(Set.of("mikrotik", "pooled", "gardenless", "verbose"));

    /** Those that we ship; Maven runs the tests of a module in its folder. */
    public static LoadedProfiles shipped() {
        return switch (LoadedProfiles.open(Path.of("../config"))) {
            case LoadedProfiles.Opening.Opened(var profiles) -> profiles;
            case LoadedProfiles.Opening.Refused(var problems) -> throw new AssertionError(problems);
        };
    }

    public void unload(String vendor) {
        vendors.remove(vendor);
    }

    @Override
    public Set<String> vendors() {
        return vendors;
    }

    @Override
    public byte[] encoded(String vendor, Plan plan, AccessLevel level) {
        if (vendor.equals("verbose")) {
            return new byte[4096];
        }
        return new AttributeWriter()
                .add(AttributeType.FILTER_ID, level.name().toLowerCase(Locale.ROOT))
                .toByteArray();
    }

    @Override
    public List<RenderedAttribute> rendered(String vendor, Plan plan, AccessLevel level) {
        return List.of(new RenderedAttribute("Filter-Id", level.name().toLowerCase(Locale.ROOT)));
    }

    @Override
    public boolean rejectsBlocked(String vendor) {
        return vendor.equals("gardenless");
    }

    @Override
    public boolean keepsFixedAddresses(String vendor, AccessLevel level) {
        return !vendor.equals("pooled") || level != AccessLevel.BLOCKED;
    }

    @Override
    public LevelChange change(String vendor, Plan plan, Set<AccessLevel> from, AccessLevel to) {
        return new LevelChange.ByDisconnect();
    }

    @Override
    public LevelChange changeFromUnknown(String vendor, Plan plan, AccessLevel to) {
        return new LevelChange.ByDisconnect();
    }

    @Override
    public int rejectDelayMillis(String vendor) {
        return REJECT_DELAY_MILLIS;
    }
}
