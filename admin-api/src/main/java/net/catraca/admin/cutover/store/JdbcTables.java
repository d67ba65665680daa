package net.catraca.admin.cutover.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import net.catraca.admin.cutover.Tables;
import org.jspecify.annotations.Nullable;

/** Tables of a PostgreSQL database, such as FreeRADIUS's. Nothing is written there. */
public final class JdbcTables implements Tables, AutoCloseable {

    /** Rows that the driver holds at once. */
    private static final int FETCH_ROWS = 1000;

    private final Connection connection;

    private JdbcTables(Connection connection) {
        this.connection = connection;
    }

    /** @throws IOException saying why it could not be opened, without the password */
    public static JdbcTables open(String url, @Nullable String user, @Nullable String password) throws IOException {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IOException("expected a URL such as jdbc:postgresql://host/radius");
        }
        var properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("readOnly", "true");
        try {
            var connection = DriverManager.getConnection(url, properties);
            connection.setAutoCommit(false); // so that rows stream
            return new JdbcTables(connection);
        } catch (SQLException e) {
            throw new IOException("the database of before cannot be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean has(String table) {
        try (var statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, table);
            try (var found = statement.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database of before: " + e.getMessage(), e);
        }
    }

    /** Of sessions only those that live. */
    @Override
    public void each(String table, Visitor visitor) throws IOException {
        if (!table.matches("[a-z_]+")) {
            throw new IllegalArgumentException("table: expected a name, was " + table);
        }
        String where = table.equals("radacct") ? " where acctstoptime is null" : "";
        try (var statement = connection.prepareStatement("select * from " + table + where)) {
            statement.setFetchSize(FETCH_ROWS);
            try (var result = statement.executeQuery()) {
                for (long number = 1; result.next(); number++) {
                    visitor.visit(new Line(number, cells(result)));
                }
            }
        } catch (SQLException e) {
            throw new IOException("the database of before, table " + table + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, @Nullable String> cells(ResultSet row) throws SQLException {
        Map<String, @Nullable String> cells = new HashMap<>();
        var columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            var value = row.getString(i);
            if (value != null && !value.isBlank()) {
                cells.put(columns.getColumnLabel(i).toLowerCase(Locale.ROOT), value.strip());
            }
        }
        return cells;
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the database of before does not close: " + e.getMessage(), e);
        }
    }
}
