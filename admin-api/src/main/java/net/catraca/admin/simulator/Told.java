package net.catraca.admin.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.admin.simulator.PolicyAttribute.Kind;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.attribute.type.RadiusAttribute;
import org.tinyradius.core.attribute.type.VendorSpecificAttribute;

/** What an Access-Accept or a CoA-Request says, as read by TinyRadius. */
final class Told {

    private static final int MICROSOFT = 311;
    private static final int NAS_ASSIGNS = 0xffff_fffe;
    private static final int USER_PICKS = 0xffff_ffff;

    /** By name; what a router of this model obeys. */
    final Map<String, List<String>> policy = new TreeMap<>();

    final List<byte[]> classes = new ArrayList<>();
    /** In seconds; 0 for none. */
    long sessionTimeout;
    /** In seconds; 0 for none. */
    long interim;

    @Nullable
    Integer framedAddress;

    @Nullable
    String proof;

    @Nullable
    String sessionId;

    @Nullable
    String login;

    @Nullable
    Long eventTime;

    boolean proxyState;
    /** What a router of this model does not know, such as 2011/31. */
    final List<String> unknown = new ArrayList<>();

    private Told() {}

    static Told read(RouterModel model, List<RadiusAttribute> attributes) {
        var told = new Told();
        for (RadiusAttribute attribute : attributes) {
            if (attribute instanceof VendorSpecificAttribute vendor) {
                vendor.getAttributes().forEach(inner -> told.vendor(model, inner));
            } else {
                told.standard(model, attribute);
            }
        }
        return told;
    }

    private void standard(RouterModel model, RadiusAttribute attribute) {
        byte[] value = attribute.getValue();
        switch (attribute.getType()) {
            case 1 -> login = new String(value, UTF_8);
            case 8 -> framedAddress = address(number(value));
            case 25 -> classes.add(value);
            case 27 -> sessionTimeout = number(value);
            case 33 -> proxyState = true;
            case 44 -> sessionId = new String(value, UTF_8);
            case 55 -> eventTime = number(value);
            case 85 -> interim = number(value);
            // Where a session is, and what needs no obeying.
            case 4, 5, 6, 7, 9, 12, 13, 18, 22, 28, 30, 31, 32, 61, 62, 79, 80, 87, 89, 95, 97, 99, 123, 168 -> {}
            default -> policy(model, 0, attribute.getType(), value);
        }
    }

    private void vendor(RouterModel model, RadiusAttribute attribute) {
        byte[] value = attribute.getValue();
        if (attribute.getVendorId() == MICROSOFT) {
            if (attribute.getType() == 26 && value.length > 1) {
                proof = new String(value, 1, value.length - 1, UTF_8);
            }
            return;
        }
        policy(model, attribute.getVendorId(), attribute.getType(), value);
    }

    private void policy(RouterModel model, int vendor, int type, byte[] value) {
        var known = PolicyAttribute.numbered(vendor, type).filter(_ -> model.understands(vendor));
        if (known.isEmpty()) {
            unknown.add(vendor + "/" + type);
            return;
        }
        policy.computeIfAbsent(known.get().name(), _ -> new ArrayList<>())
                .add(text(known.get().kind(), value));
    }

    private static String text(Kind kind, byte[] value) {
        return switch (kind) {
            case INTEGER -> Long.toString(number(value));
            case TEXT -> new String(value, UTF_8);
            // RFC 2868 §3.3: a first octet up to 0x1f is a tag.
            case TAGGED_TEXT ->
                new String(
                        value.length > 0 && value[0] >= 0 && value[0] <= 0x1f
                                ? Arrays.copyOfRange(value, 1, value.length)
                                : value,
                        UTF_8);
        };
    }

    /** Unsigned; 0 when it has not four octets. */
    private static long number(byte[] value) {
        return value.length == 4 ? ByteBuffer.wrap(value).getInt() & 0xffff_ffffL : 0;
    }

    private static @Nullable Integer address(long number) {
        int address = (int) number;
        return address == NAS_ASSIGNS || address == USER_PICKS || address == 0 ? null : address;
    }
}
