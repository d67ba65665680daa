package net.catraca.admin.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL in Catraca's data folder: one cluster, on loopback TCP, with passwords (scram) and fsync. It outlives
 * a kill of Catraca, which takes it over at the next start; if it dies itself, it is started again.
 *
 * <p>Only one Catraca may use a data folder at a time; the caller sees to that.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    /** The major version of the binaries that we bring; the files of another one cannot be read. */
    private static final String MAJOR = "17";

    /** Above the well-known ports, and below those that the kernel gives to outgoing connections. */
    private static final int FIRST_PORT = 15432;

    /** So many are tried: more neighbours than a machine has. */
    private static final int PORTS = 100;

    private static final Duration LOOK = Duration.ofMillis(10);
    /** PostgreSQL itself gives its children five seconds. */
    private static final Duration HARD_STOP = Duration.ofSeconds(6);

    private static final Duration BETWEEN_WORDS_OF_PATIENCE = Duration.ofSeconds(10);

    /**
     * @param folder its own; made when missing
     * @param port 0 picks a free one at the first start and keeps it
     * @param mostConnections clients at a time, ours and an operator's
     * @param startLimit how long a start may take; crash recovery of a large cluster takes minutes
     */
    public record Options(Path folder, int port, int mostConnections, Duration startLimit) {}

    private final Options options;
    private final PostgresFolder folder;
    private final PostgresBinaries binaries;
    private final PostgresAccount account;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private int port;
    private volatile Postmaster postmaster;

    private EmbeddedPostgres(Options options) throws IOException, PostgresFailure, InterruptedException {
        this.options = options;
        this.folder = new PostgresFolder(options.folder().toAbsolutePath());
        folder.create();
        this.binaries = PostgresBinaries.unpackedIn(folder.binaries());
        this.account = PostgresAccount.thatCanRun(binaries, folder.cluster());
        makeCluster();
        requireOurMajor();
        this.postmaster = takeOverOrStart();
    }

    /** Starts it, or takes over the one that an earlier Catraca has left running. Returns when it answers. */
    public static EmbeddedPostgres start(Options options) throws PostgresFailure, InterruptedException {
        try {
            var postgres = new EmbeddedPostgres(options);
            new PostgresSupervisor(postgres::postmaster, postgres::startAgain, postgres.stopping).start();
            return postgres;
        } catch (IOException failed) {
            throw new PostgresFailure(
                    "The embedded PostgreSQL in " + options.folder() + " cannot start: " + failed, failed);
        }
    }

    /** The port of a PostgreSQL that runs in this folder, started by whichever process. */
    public static OptionalInt portOfRunning(Path folder) throws PostgresFailure {
        Path cluster = new PostgresFolder(folder.toAbsolutePath()).cluster();
        try {
            return Postmaster.leftBehind(cluster).isEmpty()
                    ? OptionalInt.empty()
                    : PostmasterPid.in(cluster).stream()
                            .mapToInt(PostmasterPid::port)
                            .filter(port -> port > 0)
                            .findFirst();
        } catch (IOException unreadable) {
            throw new PostgresFailure("Cannot look into " + cluster + ": " + unreadable, unreadable);
        }
    }

    /** The port of the last start in this folder, which the next one takes again if it can. */
    public static OptionalInt portKeptIn(Path folder) throws PostgresFailure {
        try {
            return new PostgresFolder(folder.toAbsolutePath()).port();
        } catch (IOException unreadable) {
            throw new PostgresFailure("Cannot look into " + folder + ": " + unreadable, unreadable);
        }
    }

    /** On 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Process number of its main process. */
    public long pid() {
        return postmaster.pid();
    }

    public boolean isRunning() {
        return postmaster.isAlive();
    }

    /**
     * @param superuser of "postgres", who may make users and databases
     * @param owner of "catraca", who is to own the database
     */
    public record Passwords(String superuser, String owner) {
        @Override
        public String toString() {
            return "Passwords[hidden]";
        }
    }

    /** The passwords of the cluster in this folder, generated at the first call and kept in files beside it. */
    public static Passwords passwordsIn(Path folder) throws PostgresFailure {
        var layout = new PostgresFolder(folder.toAbsolutePath());
        try {
            return new Passwords(layout.passwordIn(layout.superuserPassword()), layout.passwordIn(layout.password()));
        } catch (IOException unreadable) {
            throw new PostgresFailure("Cannot read the passwords in " + folder + ": " + unreadable, unreadable);
        }
    }

    /** Stops it orderly within the time that {@link #stop} has by default. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(10));
    }

    /** Stops it orderly, and hard when that takes longer than the limit: then the next start recovers. */
    public void stop(Duration limit) {
        stopping.countDown();
        Postmaster last = postmaster;
        try {
            stop(last, limit);
        } catch (IOException failed) {
            LOG.warn("cannot stop PostgreSQL, process {}: {}", last.pid(), failed.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(Postmaster postmaster, Duration limit) throws IOException, InterruptedException {
        postmaster.stopFast();
        if (!postmaster.awaitEnd(limit)) {
            LOG.warn(
                    "PostgreSQL takes longer than {} s to stop; stopping it hard, the next start recovers",
                    limit.toSeconds());
            postmaster.stopAtOnce();
            if (!postmaster.awaitEnd(HARD_STOP)) {
                LOG.error("PostgreSQL, process {}, does not stop", postmaster.pid());
            }
        }
    }

    Postmaster postmaster() {
        return postmaster;
    }

    private void makeCluster() throws IOException, PostgresFailure {
        if (Files.isDirectory(folder.cluster())) {
            return;
        }
        LOG.info("making a new PostgreSQL cluster in {}, run as {}", folder.cluster(), account);
        Path cluster = folder.unfinishedCluster();
        PostgresBinaries.deleteWhole(cluster);
        makeOwn(cluster);
        if (!Files.isDirectory(folder.log())) {
            makeOwn(folder.log());
        }
        Path passwordFile = folder.root().resolve("initdb-password");
        Files.deleteIfExists(passwordFile);
        Files.copy(passwordFileOfSuperuser(), passwordFile);
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
        account.own(passwordFile);
        Command.Result result = Command.run(account.running(initdb(cluster, passwordFile)), folder.root());
        Files.delete(passwordFile);
        if (!result.isSuccess()) {
            throw new PostgresFailure("PostgreSQL cannot make its cluster in %s, as %s:\n%s"
                    .formatted(cluster, account, result.output().strip()));
        }
        Files.move(cluster, folder.cluster());
    }

    private Path passwordFileOfSuperuser() throws IOException {
        folder.passwordIn(folder.superuserPassword());
        return folder.superuserPassword();
    }

    private void makeOwn(Path path) throws IOException {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        account.own(path);
    }

    private List<String> initdb(Path cluster, Path passwordFile) {
        return List.of(
                binaries.initdb().toString(),
                "--pgdata=" + cluster,
                "--username=postgres",
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // PostgreSQL's own: the same order of names on every machine, whatever its C library.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums");
    }

    private void requireOurMajor() throws IOException, PostgresFailure {
        String major = Files.readString(folder.cluster().resolve("PG_VERSION")).strip();
        if (!major.equals(MAJOR)) {
            throw new PostgresFailure(
                    "%s was made by PostgreSQL %s, but this Catraca brings %s. Dump it with that version (docs/backup.md), move the folder away, start, and restore."
                            .formatted(folder.cluster(), major, MAJOR));
        }
    }

    private Postmaster takeOverOrStart() throws IOException, PostgresFailure, InterruptedException {
        Optional<Postmaster> leftBehind = Postmaster.leftBehind(folder.cluster());
        if (leftBehind.isEmpty()) {
            binaries.removeOthers();
            return startOnSomePort();
        }
        Postmaster found = leftBehind.get();
        if (!found.runs(binaries.postgres())) {
            LOG.info("stopping PostgreSQL, process {}, of an earlier release", found.pid());
            stop(found, options.startLimit());
            return startOnSomePort();
        }
        awaitReady(found);
        port = PostmasterPid.in(folder.cluster()).map(PostmasterPid::port).orElse(0);
        LOG.info(
                "took over PostgreSQL, process {}, on port {}, which an earlier Catraca had left running",
                found.pid(),
                port);
        return found;
    }

    private Postmaster startOnSomePort() throws IOException, PostgresFailure, InterruptedException {
        for (int candidate : portsToTry()) {
            port = candidate;
            Postmaster started = launch();
            if (awaitReady(started)) {
                folder.keepPort(port);
                return started;
            }
            if (isFree(port)) {
                throw new PostgresFailure(whatItSaid());
            }
            LOG.info("port {} was taken meanwhile; trying another for PostgreSQL", port);
        }
        throw new PostgresFailure("PostgreSQL finds no free port on 127.0.0.1 from %d to %d; set catraca.postgres.port."
                .formatted(FIRST_PORT, FIRST_PORT + PORTS - 1));
    }

    private List<Integer> portsToTry() throws IOException, PostgresFailure {
        if (options.port() != 0) {
            if (!isFree(options.port())) {
                throw new PostgresFailure(
                        "Port %d on 127.0.0.1, set by catraca.postgres.port, is in use.".formatted(options.port()));
            }
            return List.of(options.port());
        }
        var ports = new ArrayList<Integer>();
        folder.port().ifPresent(ports::add);
        for (int candidate = FIRST_PORT; candidate < FIRST_PORT + PORTS; candidate++) {
            ports.add(candidate);
        }
        return ports.stream().filter(EmbeddedPostgres::isFree).toList();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** After it died: on the port that its clients know. */
    private void startAgain() throws IOException, PostgresFailure, InterruptedException {
        Postmaster started = launch();
        postmaster = started;
        if (stopping.getCount() == 0) {
            stop(started, options.startLimit());
        } else if (!awaitReady(started)) {
            throw new PostgresFailure(whatItSaid());
        }
    }

    private Postmaster launch() throws IOException {
        // It would refuse to start when the number in a stale file belongs to any process of the same user now.
        if (Postmaster.leftBehind(folder.cluster()).isEmpty()) {
            Files.deleteIfExists(PostmasterPid.fileIn(folder.cluster()));
        }
        ProcessBuilder builder = new ProcessBuilder(inItsOwnSession(account.running(postgres())))
                .directory(folder.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.startLog().toFile());
        Command.setEnvironment(builder.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        return Postmaster.child(process);
    }

    /** So that Ctrl-C in our terminal does not stop it before we have said good-bye to it. */
    private static List<String> inItsOwnSession(List<String> command) {
        boolean hasSetsid =
                Stream.of("/usr/bin/setsid", "/bin/setsid").map(Path::of).anyMatch(Files::isExecutable);
        return hasSetsid ? Stream.concat(Stream.of("setsid"), command.stream()).toList() : command;
    }

    private List<String> postgres() {
        var command = new ArrayList<>(List.of(
                binaries.postgres().toString(), "-D", folder.cluster().toString(), "-p", Integer.toString(port)));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "password_encryption=scram-sha-256",
                "max_connections=" + options.mostConnections(),
                "timezone=UTC",
                "log_timezone=UTC",
                "jit=off", // compiling costs more than our short queries take
                "logging_collector=on",
                "log_directory=" + folder.log(),
                // One file a weekday, written over after a week: the log is bounded by time.
                "log_filename=postgres-%a.log",
                "log_truncate_on_rotation=on",
                "log_rotation_age=1d",
                "log_rotation_size=0",
                "log_checkpoints=off",
                // Statements may carry what people typed.
                "log_min_error_statement=panic")) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    /** Whether it answers; false when it has ended instead. */
    private boolean awaitReady(Postmaster started) throws IOException, PostgresFailure, InterruptedException {
        long begun = System.nanoTime();
        long nextWord = begun + BETWEEN_WORDS_OF_PATIENCE.toNanos();
        while (started.isAlive()) {
            Optional<PostmasterPid> file = PostmasterPid.in(folder.cluster());
            if (file.isPresent()
                    && file.get().pid() == started.pid()
                    && file.get().isReady()) {
                return true;
            }
            long now = System.nanoTime();
            if (now - begun > options.startLimit().toNanos()) {
                started.stopAtOnce();
                throw new PostgresFailure("PostgreSQL was not ready after %d s (catraca.postgres.wait-seconds). %s"
                        .formatted(options.startLimit().toSeconds(), whatItSaid()));
            }
            if (now > nextWord) {
                nextWord = now + BETWEEN_WORDS_OF_PATIENCE.toNanos();
                LOG.info(
                        "PostgreSQL is not ready yet after {} s; it is probably recovering from a crash, waiting on",
                        TimeUnit.NANOSECONDS.toSeconds(now - begun));
            }
            started.awaitEnd(LOOK);
        }
        return false;
    }

    private String whatItSaid() throws IOException {
        return "PostgreSQL did not start. Its last words, from " + folder.log() + ":\n" + PostgresLog.lastLines(folder);
    }
}
