package net.catraca.billing.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {

    @Test
    void aFreshDatabaseIsMigratedAndSeesNothingOfAnother() throws SQLException {
        try (var one = TestDatabase.fresh();
                var other = TestDatabase.fresh()) {
            execute(one, "insert into access_policy (name) values ('residential')");

            assertThat(count(one, "access_policy")).isEqualTo(1);
            assertThat(count(other, "access_policy")).isZero();
        }
    }

    @Test
    void aContextStartsOnIt() {
        try (var database = TestDatabase.fresh();
                var context = database.startContext()) {
            assertThat(context.getBean(DataSource.class)).isNotNull();
        }
    }

    @Test
    void aServerKeepsItsDataAndItsPortWhenStartedAgain() throws SQLException {
        try (var server = TestServer.start()) {
            var database = server.newDatabase();
            execute(database, "insert into access_policy (name) values ('residential')");
            String url = database.jdbcUrl();

            server.stop();
            server.startAgain();

            assertThat(database.jdbcUrl()).isEqualTo(url);
            assertThat(count(database, "access_policy")).isEqualTo(1);
        }
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(TestDatabase database, String table) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
