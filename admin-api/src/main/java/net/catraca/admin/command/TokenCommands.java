package net.catraca.admin.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.admin.daemon.OpenDatabase;
import net.catraca.admin.daemon.StartFailure;
import net.catraca.admin.security.AccessToken;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Role;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.billing.office.Actor;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Access tokens from the command line: for the first one, before which nobody can use the API, and for the day on which
 * the last administrator has lost his. Whoever can read the settings may do it; the audit log names the account.
 */
final class TokenCommands {

    private static final int LONGEST_NAME = 100;
    private static final String USUAL_DAYS = "90";

    /** Tokens read at once from the database. */
    private static final int PAGE = 500;

    private TokenCommands() {}

    /** What they have in common: the tokens of the settings' database. */
    @Command
    abstract static class OnTokens implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        /** Before anything starts. */
        void check() {}

        abstract int on(AccessTokens tokens);

        @Override
        public final Integer call() throws InterruptedException {
            check();
            Optional<Settings> settings = Start.settings(Mode.SERVE, System.getenv(), err());
            if (settings.isEmpty()) {
                return Start.REFUSED;
            }
            Start.logToStandardError();
            try {
                return OpenDatabase.use(
                        settings.get(), Start.clock(), context -> on(context.getBean(AccessTokens.class)));
            } catch (StartFailure failed) {
                err().println("catraca: " + failed.getMessage());
                return Start.REFUSED;
            }
        }

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }

        final PrintWriter err() {
            return spec.commandLine().getErr();
        }

        final ParameterException wrong(String what) {
            return new ParameterException(spec.commandLine(), what);
        }
    }

    @Command(
            name = "create",
            description = {
                "Makes an access token and prints it, this once, on standard output.",
                "Run it as the user that runs Catraca, with the same settings; the daemon may run meanwhile."
            },
            mixinStandardHelpOptions = true)
    static final class Create extends OnTokens {

        @Option(
                names = "--name",
                required = true,
                description = "The person or job: what the audit log and the ledgers will show.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Option(
                names = "--role",
                required = true,
                converter = RoleName.class,
                description = "viewer, noc, noc-supervisor, billing or admin.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Role role;

        @Option(
                names = "--days",
                defaultValue = USUAL_DAYS,
                description = "How many days it works, 1 to 730; ${DEFAULT-VALUE} when not given.")
        private int days;

        @Override
        void check() {
            if (name.isBlank() || name.length() > LONGEST_NAME) {
                throw wrong("--name: expected 1 to " + LONGEST_NAME + " characters");
            }
            if (days < 1 || days > AccessTokens.LONGEST_LIFE.toDays()) {
                throw wrong("--days: expected 1 to " + AccessTokens.LONGEST_LIFE.toDays() + ", was " + days);
            }
        }

        @Override
        int on(AccessTokens tokens) {
            var issued = tokens.issue(name, role, Duration.ofDays(days), actor());
            out().println(issued.text().reveal());
            out().flush();
            err().printf(
                            "Token %d of %s (%s) works until %s. It is not shown again.%n",
                            issued.token().id(),
                            name,
                            RoleName.of(role),
                            seconds(issued.token().expiresAt()));
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "list",
            description = "Lists the access tokens, with those that no longer work; never the tokens themselves.",
            mixinStandardHelpOptions = true)
    static final class Show extends OnTokens {

        @Override
        int on(AccessTokens tokens) {
            Instant now = Start.clock().instant();
            out().printf("%6s  %-14s  %-20s  %-20s  %s%n", "id", "role", "created", "state", "name");
            long last = 0;
            List<AccessToken> page;
            do {
                page = tokens.list(last, PAGE);
                for (AccessToken token : page) {
                    out().printf(
                                    "%6d  %-14s  %-20s  %-20s  %s%n",
                                    token.id(),
                                    RoleName.of(token.role()),
                                    seconds(token.createdAt()),
                                    state(token, now),
                                    token.name());
                    last = token.id();
                }
            } while (page.size() == PAGE);
            out().flush();
            return CommandLine.ExitCode.OK;
        }

        private static String state(AccessToken token, Instant now) {
            if (token.revokedAt() != null) {
                return "revoked";
            }
            return token.worksAt(now) ? "to " + token.expiresAt().truncatedTo(ChronoUnit.MINUTES) : "expired";
        }
    }

    @Command(
            name = "revoke",
            description = "Stops an access token at once, on all nodes.",
            mixinStandardHelpOptions = true)
    static final class Revoke extends OnTokens {

        @Parameters(paramLabel = "ID", description = "Its number, as \"token list\" shows it.")
        private long id;

        @Override
        int on(AccessTokens tokens) {
            Optional<AccessToken> revoked = tokens.revoke(id, actor());
            if (revoked.isEmpty()) {
                err().println("catraca: there is no token " + id + "; \"catraca token list\" shows which there are.");
                return Start.REFUSED;
            }
            out().printf("Token %d of %s works no longer.%n", id, revoked.get().name());
            out().flush();
            return CommandLine.ExitCode.OK;
        }
    }

    /** As in the API: noc-supervisor. */
    static final class RoleName implements ITypeConverter<Role> {

        static String of(Role role) {
            return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @Override
        public Role convert(String text) {
            return Stream.of(Role.values())
                    .filter(role -> of(role).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("expected one of "
                            + Stream.of(Role.values()).map(RoleName::of).collect(Collectors.joining(", ")) + ", was \""
                            + text + "\""));
        }
    }

    /** The account of the machine, for the audit log. */
    private static Actor actor() {
        return Actor.system("cli/" + System.getProperty("user.name"));
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }
}
