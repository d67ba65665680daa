package net.catraca.admin.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL runs: it refuses to run as root. A cluster stays with the account that made it, because its files
 * belong to that account.
 */
sealed interface PostgresAccount {

    /** A command, turned into one that runs as this account. */
    List<String> running(List<String> command);

    /** Gives a file or folder to this account. */
    void own(Path path) throws IOException;

    /** As ourselves, an ordinary user. */
    record Ourselves() implements PostgresAccount {
        @Override
        public List<String> running(List<String> command) {
            return command;
        }

        @Override
        public void own(Path path) {}

        @Override
        public String toString() {
            return "this user";
        }
    }

    /** We are root and run it as a named, unprivileged user. */
    record Another(String name, int uid, int gid) implements PostgresAccount {
        @Override
        public List<String> running(List<String> command) {
            return joined(
                    List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--no-new-privs"),
                    command);
        }

        @Override
        public void own(Path path) throws IOException {
            Files.setAttribute(path, "unix:uid", uid);
            Files.setAttribute(path, "unix:gid", gid);
        }

        @Override
        public String toString() {
            return "user " + name;
        }
    }

    /** We are root, but in a user namespace of its own PostgreSQL does not see that and has none of root's rights. */
    record Unshared() implements PostgresAccount {
        @Override
        public List<String> running(List<String> command) {
            return joined(List.of("unshare", "--user"), command);
        }

        @Override
        public void own(Path path) {}

        @Override
        public String toString() {
            return "root in a user namespace of its own";
        }
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Users that exist for such a purpose, the best first. */
    List<String> UNPRIVILEGED = List.of("catraca", "postgres", "nobody");

    /** The account that can run these programs and, if there is one already, owns this cluster. */
    static PostgresAccount thatCanRun(PostgresBinaries binaries, Path cluster) throws IOException, PostgresFailure {
        List<PostgresAccount> candidates = candidates(cluster);
        var refusals = new ArrayList<String>();
        for (PostgresAccount account : candidates) {
            Optional<String> refusal = refusal(account, binaries, cluster);
            if (refusal.isEmpty()) {
                return account;
            }
            refusals.add("  as " + account + ": " + refusal.get());
        }
        throw new PostgresFailure("""
                The embedded PostgreSQL cannot run here:
                %s
                Start Catraca as an ordinary user; or set CATRACA_DATA to a folder that one of these users can reach, \
                such as /var/lib/catraca; or give it a PostgreSQL of your own (catraca.db.url).""".formatted(String.join("\n", refusals)));
    }

    private static List<PostgresAccount> candidates(Path cluster) throws IOException, PostgresFailure {
        int self = uidOf(Path.of("/proc/self"));
        if (!Files.exists(cluster)) {
            return self == 0 ? forRoot() : List.of(new Ourselves());
        }
        int owner = uidOf(cluster);
        if (self == owner) {
            return List.of(self == 0 ? new Unshared() : new Ourselves());
        }
        if (self == 0) {
            return users().stream()
                    .filter(user -> user.uid() == owner)
                    .findFirst()
                    .<List<PostgresAccount>>map(List::of)
                    .orElseGet(() -> List.of(new Another("number " + owner, owner, owner)));
        }
        throw new PostgresFailure(
                "%s belongs to user number %d, but Catraca runs as number %d. Start it as root or as that user."
                        .formatted(cluster, owner, self));
    }

    private static List<PostgresAccount> forRoot() throws IOException {
        var candidates = new ArrayList<PostgresAccount>();
        List<Another> users = users();
        for (String name : UNPRIVILEGED) {
            users.stream().filter(user -> user.name().equals(name)).findFirst().ifPresent(candidates::add);
        }
        candidates.add(new Unshared());
        return candidates;
    }

    /** Empty when the programs start under this account: it reaches them and the data, and the machine allows it. */
    private static Optional<String> refusal(PostgresAccount account, PostgresBinaries binaries, Path cluster)
            throws IOException {
        List<String> version = List.of(
                "sh",
                "-c",
                "cd \"$1\" && exec \"$2\" --version",
                "sh",
                String.valueOf(cluster.getParent()),
                binaries.postgres().toString());
        Command.Result result = Command.run(account.running(version), Path.of("/"));
        return result.isSuccess() ? Optional.empty() : Optional.of(result.lastLine());
    }

    private static List<Another> users() throws IOException {
        var users = new ArrayList<Another>();
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && fields[2].matches("[0-9]{1,9}") && fields[3].matches("[0-9]{1,9}")) {
                users.add(new Another(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])));
            }
        }
        return users;
    }

    private static int uidOf(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }
}
