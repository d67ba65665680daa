package net.catraca.radius.address;

import java.util.List;
import net.catraca.radius.address.AddressPool.WhenExhausted;

/** A pool as somebody wants it written; see {@link AddressPool} for the meaning. */
public record PoolDraft(
        String name, PoolFamily family, int unitLength, WhenExhausted whenExhausted, List<AddressRange> ranges) {

    public PoolDraft {
        ranges = List.copyOf(ranges);
    }

    public AddressPool pool(long id, long version) {
        return new AddressPool(id, version, name, family, unitLength, whenExhausted, ranges);
    }
}
