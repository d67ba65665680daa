package net.catraca.billing.store;

import net.catraca.billing.secret.Purpose;

/**
 * A table with sealed secrets, in its column {@code secret} beside a numeric {@code id}. Every one must be known, or a
 * rotation of keys would leave its secrets behind.
 *
 * @param table a name of ours, put into SQL as it is
 */
public record SealedColumn(String table, Purpose purpose) {

    public SealedColumn {
        if (!table.matches("[a-z_]+")) {
            throw new IllegalArgumentException("table: expected a name of ours, was " + table);
        }
    }
}
