package net.catraca.admin.testing;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import net.catraca.admin.http.HttpDefaults;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Role;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.office.Actor;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.reply.LoadedProfiles;
import net.catraca.radius.reply.ReplyProfiles;

/** The API on a free port with a database of its own, a clock that a test moves, and a token of each role. */
public final class ApiServer implements AutoCloseable {

    public final SettableClock clock = SettableClock.atNoonOf("2026-11-23");
    public final TestDatabase database;
    private final ApplicationContext context;
    private final EmbeddedServer server;
    private final Map<Role, String> tokens = new EnumMap<>(Role.class);

    private ApiServer(TestDatabase database, Object... beans) {
        this.database = database;
        var profiles = profiles();
        Map<String, Object> properties = new HashMap<>(HttpDefaults.properties());
        properties.putAll(database.properties());
        properties.put("micronaut.server.port", -1);
        properties.put("micronaut.server.host", "127.0.0.1");
        this.context = ApplicationContext.builder("test")
                .properties(properties)
                .singletons(clock, SecretKeys.parse("test", SecretKeys.generate()), profiles)
                .singletons(beans)
                .start();
        this.server = context.getBean(EmbeddedServer.class).start();
        for (var role : Role.values()) {
            var issued = bean(AccessTokens.class)
                    .issue(role.name().toLowerCase(Locale.ROOT), role, Duration.ofDays(365), Actor.system("test"));
            tokens.put(role, issued.text().reveal());
        }
    }

    private static ReplyProfiles profiles() {
        return switch (LoadedProfiles.open(Path.of("../config"))) {
            case LoadedProfiles.Opening.Opened(var profiles) -> profiles;
            case LoadedProfiles.Opening.Refused(var problems) -> throw new IllegalStateException(problems.toString());
        };
    }

    public static ApiServer start() {
        return start(TestDatabase.fresh());
    }

    /** With these settings in the place of the usual ones. */
    public static ApiServer with(Object... beans) {
        return new ApiServer(TestDatabase.fresh(), beans);
    }

    /** On that database, which is closed with the server. */
    public static ApiServer start(TestDatabase database) {
        return new ApiServer(database);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Does what a job does, as of an instant, without its scheduler. */
    public JobReport run(String job, Instant at) throws InterruptedException {
        for (var one : context.getBeansOfType(Job.class)) {
            if (one.name().equals(job)) {
                return one.run(at);
            }
        }
        throw new IllegalArgumentException("no job " + job);
    }

    public int port() {
        return server.getPort();
    }

    /** A client with a token of that role. */
    public ApiClient as(Role role) {
        return withToken(token(role));
    }

    public ApiClient withToken(String token) {
        return new ApiClient(port()).header("Authorization", "Bearer " + token);
    }

    public ApiClient anonymous() {
        return new ApiClient(port());
    }

    public String token(Role role) {
        return Objects.requireNonNull(tokens.get(role));
    }

    /** As somebody with the database's password, past the API. */
    public void execute(String sql) {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The first column of each row, as text. */
    public List<String> strings(String sql) {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        context.close();
        database.close();
    }
}
