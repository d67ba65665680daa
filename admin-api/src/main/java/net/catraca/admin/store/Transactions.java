package net.catraca.admin.store;

import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;

/** Runs work in the current transaction, or in one of its own when there is none. Whatever is thrown rolls it back. */
@Singleton
public final class Transactions {

    private final TransactionOperations<Connection> operations;

    Transactions(TransactionOperations<Connection> operations) {
        this.operations = operations;
    }

    public <T> T write(Supplier<T> work) {
        return operations.execute(TransactionDefinition.DEFAULT, _ -> work.get());
    }

    <T> T with(SqlWork<T> work) {
        return operations.execute(TransactionDefinition.DEFAULT, status -> {
            try {
                return work.on(status.getConnection());
            } catch (SQLException e) {
                throw new StoreException(e);
            }
        });
    }

    interface SqlWork<T> {
        T on(Connection connection) throws SQLException;
    }

    /** What the database said, for {@link DatabaseFailure} to judge. */
    static final class StoreException extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        StoreException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
