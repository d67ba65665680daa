package net.catraca.admin.bank;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankFiles;
import net.catraca.billing.office.BankFiles.Taken;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files from a folder in which each agreement has one of its name: {@code inbox/bradesco/CB231100.RET}. A file that
 * has kept its size and time for a while is moved to {@code reading} and read there, so that what is read is what is put
 * away, whoever writes the next one under its name; then to {@code done}, or to {@code failed} beside a text that says why.
 * One that somebody goes on writing all the same comes back and is read again: lines that were booked count once.
 *
 * <p>Nodes that share a folder may look at the same time: what another one imports is left to it.
 */
@Singleton
public class WatchedInbox {

    private static final Actor ACTOR = Actor.system("inbox");

    /** A copy over a slow line pauses for seconds. */
    static final Duration QUIET = Duration.ofSeconds(30);

    /** Who has made a file and written nothing yet may still be at it. */
    static final Duration QUIET_WHILE_EMPTY = Duration.ofMinutes(10);

    /** Names that a transfer gives until it has ended; after an hour it has broken off. */
    private static final List<String> UNFINISHED =
            List.of(".tmp", ".part", ".partial", ".filepart", ".crdownload", "~");

    private static final Duration BROKEN_OFF = Duration.ofHours(1);

    /** Files of one agreement in one look; the others wait for the next. */
    private static final int MOST_AT_ONCE = 100;

    private static final int AGREEMENTS_AT_ONCE = 500;

    /** Files put away that are looked after in case somebody goes on writing them. */
    private static final int MOST_LOOKED_AFTER = 1_000;

    private static final Duration LOOKED_AFTER = Duration.ofHours(24);

    private static final String READING = "reading";
    private static final String DONE = "done";
    private static final String FAILED = "failed";

    private static final Logger LOG = LoggerFactory.getLogger(WatchedInbox.class);

    private final @Nullable Path inbox;
    private final BankAgreements agreements;
    private final BankFiles files;
    private final Clock clock;

    /** Since when a file has looked the same, by its path; only files that are there now. */
    private Map<Path, Since> waiting = Map.of();

    /** Files that were put away, oldest first. */
    private final Map<Path, PutAway> putAway = new LinkedHashMap<>();

    private record Look(boolean isFile, long octets, long modifiedMillis) {}

    private record Since(Look look, Instant at) {}

    /** @param folder the agreement's, from which the file came */
    private record PutAway(Path folder, Look look, Instant at) {}

    WatchedInbox(
            @Nullable @Property(name = "catraca.payments.inbox") String inbox,
            BankAgreements agreements,
            BankFiles files,
            Clock clock) {
        this.inbox = inbox == null ? null : Path.of(inbox);
        this.agreements = agreements;
        this.files = files;
        this.clock = clock;
    }

    /**
     * What one look came to.
     *
     * @param handled files that were taken or refused
     * @param problems what a person must see to, in words; the files concerned stay where they are
     */
    public record Looked(int handled, List<String> problems) {
        public Looked {
            problems = List.copyOf(problems);
        }
    }

    /** Looks once; called again and again by {@link ScanInbox}. */
    public synchronized Looked look() {
        return inbox == null ? new Looked(0, List.of()) : new Round(inbox, clock.instant()).look();
    }

    /** One look. */
    private final class Round {

        private final Path root;
        private final Instant now;
        private final Map<Path, Since> seen = new HashMap<>();
        private final List<String> problems = new ArrayList<>();
        private int handled;

        Round(Path root, Instant now) {
            this.root = root;
            this.now = now;
        }

        Looked look() {
            if (!Files.isDirectory(root)) {
                return new Looked(0, List.of("inbox " + root + ": expected a folder"));
            }
            bringBack();
            Set<Path> known = new HashSet<>();
            for (var agreement : allAgreements()) {
                var folder = root.resolve(agreement.name());
                if (agreement.kind() != Kind.PIX && Files.isDirectory(folder)) {
                    known.add(folder);
                    look(agreement, folder);
                }
            }
            lookAround(known);
            waiting = seen;
            return new Looked(handled, problems);
        }

        private List<BankAgreement> allAgreements() {
            List<BankAgreement> all = new ArrayList<>();
            var page = agreements.list(0, AGREEMENTS_AT_ONCE);
            while (!page.isEmpty()) {
                all.addAll(page);
                page = agreements.list(page.getLast().id(), AGREEMENTS_AT_ONCE);
            }
            return all;
        }

        private void look(BankAgreement agreement, Path folder) {
            // First what an earlier look left: its node was stopped, the database went away, another node is at it.
            for (var left : filesIn(folder.resolve(READING))) {
                handle(left, () -> take(agreement, folder, left));
            }
            for (var file : filesIn(folder)) {
                handle(file, () -> takeIfQuiet(agreement, folder, file));
            }
        }

        private interface Handling {
            void run() throws IOException;
        }

        /** One file that cannot be handled keeps no other back; it stays where it is and is tried again. */
        private void handle(Path file, Handling handling) {
            try {
                handling.run();
            } catch (IOException failed) {
                failed(file, failed);
            } catch (UncheckedIOException failed) {
                failed(file, Objects.requireNonNull(failed.getCause()));
            } catch (RuntimeException failed) {
                LOG.error("file {} stays where it is; trying again", file, failed);
                problems.add(file + ": " + failed.getMessage());
            }
        }

        private void failed(Path file, IOException failed) {
            if (failed instanceof NoSuchFileException) {
                LOG.info("file {} has gone meanwhile; another node or a person has moved it", file);
                return;
            }
            String why = failed instanceof AccessDeniedException ? "not permitted" : failed.toString();
            LOG.error("file {} stays where it is: {}; trying again", file, why);
            problems.add(file + ": " + why);
        }

        private List<Path> filesIn(Path folder) {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            try (var all = Files.list(folder)) {
                return all.filter(path -> !path.getFileName().toString().startsWith("."))
                        .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                        .sorted()
                        .limit(MOST_AT_ONCE)
                        .toList();
            } catch (IOException | UncheckedIOException e) {
                problems.add(folder + ": expected to be able to list it (" + e.getMessage() + ")");
                return List.of();
            }
        }

        private void takeIfQuiet(BankAgreement agreement, Path folder, Path file) throws IOException {
            var look = lookAt(file);
            if (!look.isFile()) {
                problems.add(file + ": expected a file, no link");
                return;
            }
            if (isUnfinished(file)) {
                if (now.isAfter(Instant.ofEpochMilli(look.modifiedMillis()).plus(BROKEN_OFF))) {
                    problems.add(file + ": its transfer has broken off");
                }
                return;
            }
            var before = waiting.get(file);
            var since = before != null && before.look().equals(look) ? before : new Since(look, now);
            var quiet = look.octets() == 0 ? QUIET_WHILE_EMPTY : QUIET;
            if (now.isBefore(since.at().plus(quiet))) {
                seen.put(file, since);
            } else {
                take(agreement, folder, moved(file, folder.resolve(READING), stamped(file)));
            }
        }

        private static boolean isUnfinished(Path file) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            return UNFINISHED.stream().anyMatch(name::endsWith);
        }

        /** @param file in the folder for reading */
        private void take(BankAgreement agreement, Path folder, Path file) throws IOException {
            var before = lookAt(file);
            if (before.octets() > BankFiles.MOST_OCTETS) {
                refuse(folder, file, before, "A file may have " + BankFiles.MOST_OCTETS + " octets.");
                return;
            }
            var outcome = files.take(ACTOR, agreement.id(), nameOf(file), file, null);
            if (!lookAt(file).equals(before)) {
                LOG.warn("file {} was written while it was read; it is read again when it has ended", nameOf(file));
                moved(file, folder, nameOf(file));
                return;
            }
            switch (outcome) {
                case Outcome.Done<Taken>(var taken) -> {
                    LOG.info(
                            "file {} of {}: {} payments booked, {} wait for a person, {} faults{}",
                            nameOf(file),
                            agreement.name(),
                            taken.file().paid(),
                            taken.file().unmatched(),
                            taken.file().faulty(),
                            taken.repeated() ? "; it was imported before" : "");
                    putAway(folder, file, before, DONE);
                }
                case Outcome.Declined<Taken>(Problem.Conflict conflict)
                when conflict.code().equals("being-imported") ->
                    LOG.info("file {} is being imported by another; it stays until that has ended", nameOf(file));
                case Outcome.Declined<Taken>(var problem) ->
                    refuse(
                            folder,
                            file,
                            before,
                            ProblemException.of(problem).document().detail());
            }
        }

        private void refuse(Path folder, Path file, Look look, @Nullable String why) throws IOException {
            var to = putAway(folder, file, look, FAILED);
            LOG.warn("file {} refused: {}; it is {} now", nameOf(file), why, to);
            Files.writeString(reasonOf(to), why + "\n", StandardCharsets.UTF_8);
        }

        private Path putAway(Path folder, Path file, Look look, String where) throws IOException {
            var to = moved(file, folder.resolve(where), file.getFileName().toString());
            handled++;
            putAway.put(to, new PutAway(folder, look, now));
            return to;
        }

        /** Files that somebody went on writing after they were put away. */
        private void bringBack() {
            var old = now.minus(LOOKED_AFTER);
            for (var each : List.copyOf(putAway.entrySet())) {
                var file = each.getKey();
                var then = each.getValue();
                if (then.at().isBefore(old) || putAway.size() > MOST_LOOKED_AFTER || !Files.exists(file)) {
                    putAway.remove(file);
                } else {
                    handle(file, () -> bringBackIfWritten(file, then));
                }
            }
        }

        private void bringBackIfWritten(Path file, PutAway then) throws IOException {
            if (lookAt(file).equals(then.look())) {
                return;
            }
            LOG.warn("file {} was written after it had been read; it is read again when it has ended", nameOf(file));
            putAway.remove(file);
            moved(file, then.folder(), nameOf(file));
            Files.deleteIfExists(reasonOf(file));
        }

        /** What lies where no agreement is looked for would wait for ever, and nobody would know. */
        private void lookAround(Set<Path> known) {
            for (var stray : filesIn(root)) {
                problems.add(stray + ": expected in the folder of an agreement");
            }
            try (var all = Files.list(root)) {
                all.filter(path -> !path.getFileName().toString().startsWith("."))
                        .filter(Files::isDirectory)
                        .filter(folder -> !known.contains(folder))
                        .filter(folder -> !filesIn(folder).isEmpty())
                        .sorted()
                        .forEach(folder -> problems.add(folder + ": no agreement of this name takes files"));
            } catch (IOException | UncheckedIOException e) {
                problems.add(root + ": expected to be able to list it (" + e.getMessage() + ")");
            }
        }

        /** The name with the time before it: a bank may use one name for every file. */
        private String stamped(Path file) {
            return "%1$tY%1$tm%1$td%1$tH%1$tM%1$tS%1$tL-%2$s"
                    .formatted(now.atOffset(ZoneOffset.UTC), file.getFileName());
        }

        /** The name that its sender gave it. */
        private static String nameOf(Path file) {
            return file.getFileName().toString().replaceFirst("^[0-9]{17}-", "");
        }

        private static Path reasonOf(Path file) {
            return file.resolveSibling(file.getFileName() + ".txt");
        }

        /** Moved at once, and never onto another file. */
        private static Path moved(Path file, Path folder, String name) throws IOException {
            Files.createDirectories(folder);
            var to = folder.resolve(name);
            for (int i = 2; Files.exists(to, LinkOption.NOFOLLOW_LINKS); i++) {
                to = folder.resolve(i + "-" + name);
            }
            return Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
        }

        private static Look lookAt(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Look(
                    attributes.isRegularFile(),
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis());
        }
    }
}
