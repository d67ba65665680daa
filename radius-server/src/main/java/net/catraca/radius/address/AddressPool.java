package net.catraca.radius.address;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that are assigned by us and not by a NAS. A plan names it after {@code catraca:}.
 *
 * @param version rises with every write
 * @param unitLength of what a session gets: 32 for an IPv4 address, else the length of its prefix
 */
public record AddressPool(
        long id,
        long version,
        String name,
        PoolFamily family,
        int unitLength,
        WhenExhausted whenExhausted,
        List<AddressRange> ranges) {

    /** A block is a step in which a pool goes round among nodes: small enough to share, large enough to be seldom. */
    static final int MOST_UNITS_OF_BLOCK = 64;

    private static final long BLOCKS_OF_RANGE = 16;

    public AddressPool {
        ranges = List.copyOf(ranges);
    }

    /** What becomes of a login when all addresses are in use. */
    public enum WhenExhausted {
        /** It is let in, and the NAS assigns one from a pool of its own: 255.255.255.254 (RFC 2865 §5.8). */
        NAS_ASSIGNS,
        REJECT
    }

    /** A part of a range that a node takes as a whole. */
    public record Block(IpNumber first, int units) {}

    /** Those of all ranges that are not excluded. */
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (var range : ranges) {
            if (!range.excluded()) {
                long units = range.units(unitLength);
                long step = Math.clamp(Long.highestOneBit(units / BLOCKS_OF_RANGE), 1, MOST_UNITS_OF_BLOCK);
                for (long at = 0; at < units; at += step) {
                    blocks.add(new Block(range.first().unit(at, unitLength), (int) Math.min(step, units - at)));
                }
            }
        }
        return blocks;
    }

    /** Units that can be assigned. */
    public long units() {
        long units = 0;
        for (var block : blocks()) {
            for (int i = 0; i < block.units(); i++) {
                units += isExcluded(block.first().unit(i, unitLength)) ? 0 : 1;
            }
        }
        return units;
    }

    /** Whether any address of the unit that begins there is excluded. */
    boolean isExcluded(IpNumber unit) {
        var whole = new AddressRange(unit, unit.lastOfUnit(unitLength), false);
        return ranges.stream().anyMatch(range -> range.excluded() && range.overlaps(whole));
    }

    /** As accounting and answers write a unit: an address, or a prefix with its length. */
    String text(IpNumber unit) {
        return family == PoolFamily.IPV4 ? unit.toString() : unit + "/" + unitLength;
    }
}
