package net.catraca.admin.bank;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankFiles;
import net.catraca.billing.office.BankFiles.Taken;
import net.catraca.billing.office.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files from a folder in which each agreement has one of its name: {@code inbox/bradesco/CB231100.RET}. What was
 * taken lies in {@code done} afterwards, what was refused in {@code failed} beside a text that says why. A file is left
 * alone until it has kept its size and time from one look to the next: who writes slowly is not cut short.
 */
@Singleton
public class WatchedInbox {

    private static final Actor ACTOR = Actor.system("inbox");

    /** Files of one agreement in one look; the others wait for the next. */
    private static final int MOST_AT_ONCE = 100;

    private static final int MOST_AGREEMENTS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(WatchedInbox.class);

    private final @Nullable Path inbox;
    private final BankAgreements agreements;
    private final BankFiles files;
    private final Clock clock;

    /** What a file looked like at the last look, by its path; only files that are there now. */
    private Map<Path, Look> before = Map.of();

    private record Look(long octets, long modifiedMillis) {}

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

    /** Looks once; called again and again by {@link ScanInbox}. @return how many files were taken or refused */
    public int look() {
        if (inbox == null) {
            return 0;
        }
        Map<Path, Look> now = new HashMap<>();
        int handled = 0;
        for (var agreement : agreements.list(0, MOST_AGREEMENTS)) {
            if (agreement.kind() != BankAgreement.Kind.PIX) {
                handled += look(agreement, inbox.resolve(agreement.name()), now);
            }
        }
        before = now;
        return handled;
    }

    private int look(BankAgreement agreement, Path folder, Map<Path, Look> now) {
        int handled = 0;
        for (var file : filesIn(folder)) {
            var seen = seen(file);
            if (seen == null) {
                continue;
            }
            if (seen.equals(before.get(file)) && seen.octets() > 0) {
                handled += takeOrLeave(agreement, file);
            } else {
                now.put(file, seen);
            }
        }
        return handled;
    }

    private static List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return new ArrayList<>(all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted()
                    .limit(MOST_AT_ONCE)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null when it has gone meanwhile: another node may look into the same folder. */
    private static @Nullable Look seen(Path file) {
        try {
            return new Look(Files.size(file), Files.getLastModifiedTime(file).toMillis());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One file that cannot be handled keeps no other back; it is tried again. */
    private int takeOrLeave(BankAgreement agreement, Path file) {
        try {
            take(agreement, file);
            return 1;
        } catch (RuntimeException failed) {
            LOG.error("file {} stays where it is; trying again", file, failed);
            return 0;
        }
    }

    private void take(BankAgreement agreement, Path file) {
        String name = file.getFileName().toString();
        try {
            if (Files.size(file) > BankFiles.MOST_OCTETS) {
                moveTo(file, "failed", "A file may have " + BankFiles.MOST_OCTETS + " octets.");
                return;
            }
            switch (files.take(ACTOR, agreement.id(), name, file, null)) {
                case Outcome.Done<Taken>(var taken) -> {
                    LOG.info(
                            "file {} of {}: {} payments booked, {} wait for a person, {} faults{}",
                            name,
                            agreement.name(),
                            taken.file().paid(),
                            taken.file().unmatched(),
                            taken.file().faulty(),
                            taken.repeated() ? "; it was imported before" : "");
                    moveTo(file, "done", null);
                }
                case Outcome.Declined<Taken>(var problem) ->
                    moveTo(
                            file,
                            "failed",
                            ProblemException.of(problem).document().detail());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file + " stays where it is", e);
        }
    }

    /** The name with the time before it: a bank may use one name for every file. */
    private void moveTo(Path file, String folder, @Nullable String why) throws IOException {
        var to = Files.createDirectories(file.resolveSibling(folder));
        String stamp = clock.instant().toString().replaceAll("[^0-9]", "").substring(0, 14);
        var moved = to.resolve(stamp + "-" + file.getFileName());
        if (why != null) {
            LOG.warn("file {} refused: {}; it lies in {}", file.getFileName(), why, to);
            Files.writeString(
                    to.resolve(stamp + "-" + file.getFileName() + ".txt"), why + "\n", StandardCharsets.UTF_8);
        }
        try {
            Files.move(file, moved, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            LOG.info("file {} has gone meanwhile; another node has moved it", file.getFileName());
        }
    }
}
