package net.catraca.admin.postgres.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;

/**
 * Makes and drops databases in the embedded PostgreSQL. They belong to the user "catraca", who is no superuser: what
 * the daemon does not need, nobody who tricks it gets.
 */
public final class Databases {

    public static final String OWNER = "catraca";

    /** Host and port. */
    private final String address;

    private final String superuserPassword;
    private final String ownerPassword;

    private Databases(String address, String superuserPassword, String ownerPassword) {
        this.address = address;
        this.superuserPassword = superuserPassword;
        this.ownerPassword = ownerPassword;
    }

    /** Those of the embedded PostgreSQL that runs on that port. */
    public static Databases on(int port, EmbeddedPostgres.Passwords passwords) {
        return new Databases("127.0.0.1:" + port, passwords.superuser(), passwords.owner());
    }

    public String url(String database) {
        return "jdbc:postgresql://" + address + "/" + database;
    }

    /** Makes the database and its owner unless they exist. */
    public void make(String database) throws PostgresFailure {
        withConnection(connection -> make(connection, database));
    }

    /** Drops it with all that is in it, whoever is connected, and makes it anew. */
    public void makeAnew(String database) throws PostgresFailure {
        withConnection(connection -> {
            execute(connection, "drop database if exists " + database + " with (force)");
            return make(connection, database);
        });
    }

    /** What {@link #note} has noted last; nothing when there is no such database. */
    public Optional<String> noted(String database) throws PostgresFailure {
        return withConnection(connection -> {
            String query = "select shobj_description(oid, 'pg_database') from pg_database where datname = ?";
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setString(1, database);
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
                }
            }
        });
    }

    /** Notes something about a database, beside it, so that it goes when the database goes. */
    public void note(String database, String what) throws PostgresFailure {
        withConnection(connection ->
                execute(connection, "comment on database " + database + " is '" + what.replace("'", "''") + "'"));
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T withConnection(Work<T> work) throws PostgresFailure {
        try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", superuserPassword)) {
            return work.on(connection);
        } catch (SQLException failed) {
            throw new PostgresFailure("The embedded PostgreSQL refuses: " + failed.getMessage(), failed);
        }
    }

    private boolean make(Connection connection, String database) throws SQLException {
        makeOwner(connection);
        return exists(connection, "select 1 from pg_database where datname = ?", database)
                || execute(connection, "create database " + database + " owner " + OWNER);
    }

    private void makeOwner(Connection connection) throws SQLException {
        if (!exists(connection, "select 1 from pg_roles where rolname = ?", OWNER)) {
            // No parameter is possible here; the password is ours and has neither quotes nor backslashes.
            execute(connection, "create role " + OWNER + " login password '" + ownerPassword + "'");
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
