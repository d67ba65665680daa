package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Which login belongs to which contract. */
@Singleton
public final class Logins {

    private final Sql sql;

    Logins(Sql sql) {
        this.sql = sql;
    }

    /** Without regard to case. */
    public Optional<Long> contractOf(String login) {
        return sql.first(
                "select contract_id from subscriber where lower(login) = lower(?)",
                row -> row.bigint("contract_id"),
                login);
    }

    /** In the order in which they were created. */
    public List<String> of(long contractId) {
        return sql.list(
                "select login from subscriber where contract_id = ? order by id", row -> row.text("login"), contractId);
    }
}
