package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.BankFile.CodeTotal;
import net.catraca.billing.bank.BankFile.Fault;
import net.catraca.billing.bank.BankFile.Findings;
import net.catraca.billing.bank.BankFile.State;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.News;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.cnab.Part;
import net.catraca.billing.cnab.Part.Header;
import net.catraca.billing.cnab.Part.Movement;
import net.catraca.billing.cnab.ReturnFile;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files of banks and payment providers in. A file is read twice: once to judge it whole, once to book it in batches,
 * so that memory holds a batch and not a file. The same content changes nothing the second time; an import that was
 * interrupted goes on when the file comes again.
 */
@Singleton
public final class BankFiles {

    /** 600,000 lines of CNAB 400. */
    public static final long MOST_OCTETS = 256L << 20;

    /** Faults that are kept of a file; the others are counted. */
    static final int MOST_FAULTS = 200;

    /** Different codes that are told apart; a bank has fewer than a hundred. */
    private static final int MOST_CODES = 200;

    /** Lines in one transaction: their contracts are locked for as long as it takes, some tenths of a second. */
    private static final int BATCH = AccessWrite.MOST_CONTRACTS;

    /** The database works on one while we make the next; more would keep people waiting for its processors. */
    private static final int AT_ONCE = 2;

    /** An import that wrote nothing for so long has died with its node. */
    private static final Duration STANDS_STILL = Duration.ofMinutes(2);

    private static final Pattern NO_NUMBER = Pattern.compile("[0 ./-]*");

    private static final Logger LOG = LoggerFactory.getLogger(BankFiles.class);

    private final Sql sql;
    private final BankBook banks;
    private final IncomingBook incoming;
    private final IncomingMoney money;
    private final Layouts layouts;
    private final BankingCalendar calendar;
    private final AuditLog audit;
    private final Clock clock;

    BankFiles(
            Sql sql,
            BankBook banks,
            IncomingBook incoming,
            IncomingMoney money,
            Layouts layouts,
            BankingCalendar calendar,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.banks = banks;
        this.incoming = incoming;
        this.money = money;
        this.layouts = layouts;
        this.calendar = calendar;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param repeated whether the same content was imported before, so that nothing was written now */
    public record Taken(BankFile file, Findings findings, boolean repeated) {}

    /**
     * Imports a file. Declined as {@code bank-file-refused} when it cannot be trusted as a whole (then it is kept with its
     * faults, and may come again), as {@code being-imported} while another import of it runs.
     *
     * @param name for people, as its sender called it
     * @param content where it lies; it stays there
     * @param whole whether one fault refuses the file; null: as the agreement says
     */
    public Outcome<Taken> take(Actor actor, long agreementId, String name, Path content, @Nullable Boolean whole) {
        var agreement = banks.agreement(agreementId);
        if (agreement.isEmpty()) {
            return Outcome.declined(new Problem.Unknown("bank_agreement", agreementId));
        }
        if (agreement.get().kind() == Kind.PIX) {
            return Outcome.declined(new Problem.Conflict("no-files", "Pix comes to the webhook"));
        }
        var checks = new Checks().text(name, 200, "name");
        if (checks.failed()) {
            return checks.declined();
        }
        try {
            return new Import(actor, agreement.get(), name, content, whole).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Optional<BankFile> find(long id) {
        return banks.file(id);
    }

    public Findings findings(long fileId) {
        return banks.findings(fileId);
    }

    /** @param beforeId only ids below it: the cursor of a page, Long.MAX_VALUE for the first */
    public List<BankFile> list(@Nullable Long agreementId, long beforeId, int limit) {
        return banks.files(agreementId, beforeId, limit);
    }

    /**
     * The money that a file tells of, by line: what it has booked, what waits, and what it tells again.
     *
     * @param state null for all
     */
    public List<IncomingPayment> lines(long fileId, IncomingPayment.@Nullable State state, long afterLine, int limit) {
        return incoming.ofFile(fileId, state, afterLine, limit);
    }

    /** What one reading hands on, whatever the format. */
    private record Told(
            Part part,
            @Nullable String externalId,
            @Nullable String txid) {}

    /** What a first reading found. */
    private static final class Survey {
        @Nullable
        Header header;

        Part.@Nullable Fault fatal;
        long lines;
        int faults;
        int pays;
        int other;
        long cents;

        @Nullable
        LocalDate lastDay;

        final List<Fault> first = new ArrayList<>();
        final Map<String, CodeTotal> codes = new TreeMap<>();

        void note(Told told) {
            switch (told.part()) {
                case Header read -> header = read;
                case Part.Fault fault -> note(fault);
                case Movement movement -> note(movement);
            }
        }

        private void note(Part.Fault fault) {
            faults++;
            if (first.size() < MOST_FAULTS) {
                first.add(new Fault(first.size() + 1, fault.line(), fault.field(), fault.expected(), fault.found()));
            }
            if (fault.fatal() && fatal == null) {
                fatal = fault;
            }
        }

        private void note(Movement movement) {
            if (movement.code().pays()) {
                pays++;
                cents += movement.paidCents();
                var day = Objects.requireNonNull(movement.occurredOn());
                lastDay = lastDay == null || day.isAfter(lastDay) ? day : lastDay;
            } else {
                other++;
            }
            var code = movement.code();
            if (codes.containsKey(code.code()) || codes.size() < MOST_CODES) {
                codes.merge(
                        code.code(),
                        new CodeTotal(code.code(), code.meaning(), code.pays(), 1, movement.paidCents()),
                        (sum, one) -> new CodeTotal(
                                sum.code(), sum.meaning(), sum.pays(), sum.lines() + 1, sum.cents() + one.cents()));
            }
        }

        Findings findings() {
            return new Findings(first, List.copyOf(codes.values()));
        }
    }

    /**
     * Makes a fault of what says that it happens in days to come: money of a day ahead would say for as long that news is
     * fresh. Providers may write the day of another zone, so that tomorrow can be today here; what a bank writes is over
     * on the day of its file.
     */
    private static final class NothingAhead implements Consumer<Told> {

        private final Consumer<Told> to;
        private LocalDate last;

        NothingAhead(LocalDate today, Consumer<Told> to) {
            this.last = today.plusDays(1);
            this.to = to;
        }

        @Override
        public void accept(Told told) {
            switch (told.part()) {
                case Header header -> {
                    to.accept(told);
                    begin(header);
                }
                case Movement movement
                when movement.code().pays() -> {
                    var day = Objects.requireNonNull(movement.occurredOn());
                    to.accept(day.isAfter(last) ? ahead(movement.line(), fieldOf(movement), day) : told);
                }
                case Movement movement -> to.accept(told);
                case Part.Fault fault -> to.accept(told);
            }
        }

        private void begin(Header header) {
            var made = header.createdOn();
            if (made != null && made.isAfter(last)) {
                to.accept(ahead(header.line(), "created-on", made));
            } else if (made != null) {
                last = made;
            }
        }

        private static String fieldOf(Movement movement) {
            return movement.code().equals(CsvPayments.PAID) ? "paid-on" : "occurred-on";
        }

        private Told ahead(long line, String field, LocalDate found) {
            var fault = new Part.Fault(line, field, "a day no later than " + last, found.toString(), false);
            return new Told(fault, null, null);
        }
    }

    /** One import under way. */
    private final class Import {

        private final Actor actor;
        private final BankAgreement agreement;
        private final String name;
        private final Path content;
        private final boolean whole;
        private final LocalDate today = LocalDate.ofInstant(clock.instant(), Contract.DEFAULT_ZONE);

        Import(Actor actor, BankAgreement agreement, String name, Path content, @Nullable Boolean whole) {
            this.actor = actor;
            this.agreement = agreement;
            this.name = name;
            this.content = content;
            this.whole = whole == null ? agreement.wholeFiles() : whole;
        }

        Outcome<Taken> run() throws IOException {
            byte[] sha256 = sha256(content);
            var same = banks.same(agreement.id(), sha256);
            if (same.isPresent() && same.get().state() == State.IMPORTED) {
                return Outcome.done(
                        new Taken(same.get(), banks.findings(same.get().id()), true));
            }
            var survey = new Survey();
            survey.lines = read(survey::note);
            String refusal = refusal(survey);
            if (refusal != null) {
                return refused(survey, sha256, refusal);
            }
            long fileId = begin(survey, sha256, same.orElse(null));
            if (fileId == 0) {
                return Outcome.declined(
                        new Problem.Conflict("being-imported", HexFormat.of().formatHex(sha256)));
            }
            return Outcome.done(new Taken(book(fileId, survey), banks.findings(fileId), false));
        }

        private long read(Consumer<Told> sound) throws IOException {
            var to = new NothingAhead(today, sound);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(content))) {
                var csv = agreement.csv();
                if (csv != null) {
                    return CsvPayments.read(
                            in, csv, row -> to.accept(new Told(row.part(), row.externalId(), row.txid())));
                }
                var layout =
                        layouts.find(Objects.requireNonNull(agreement.layout())).orElseThrow();
                return ReturnFile.read(in, layout, part -> to.accept(new Told(part, null, null)));
            }
        }

        private @Nullable String refusal(Survey survey) {
            if (survey.fatal != null) {
                return sentence(survey.fatal);
            }
            String told = survey.header == null ? null : survey.header.agreement();
            if (agreement.number() != null && told != null && !isSame(agreement.number(), told)) {
                return "line 1, agreement: expected " + agreement.number() + ", found " + told;
            }
            return whole && survey.faults > 0
                    ? survey.faults + " faults, the first: " + sentence(survey.first.getFirst())
                    : null;
        }

        private static boolean isSame(String one, String other) {
            return bare(one).equals(bare(other));
        }

        private static String bare(String number) {
            return number.replaceAll("[^0-9A-Za-z]", "").replaceFirst("^0+", "");
        }

        private static String sentence(Part.Fault fault) {
            return sentence(new Fault(1, fault.line(), fault.field(), fault.expected(), fault.found()));
        }

        private static String sentence(Fault fault) {
            return "line " + fault.line() + ", " + fault.field() + ": expected " + fault.expected() + ", found "
                    + fault.found();
        }

        private Outcome<Taken> refused(Survey survey, byte[] sha256, String refusal) {
            var file = sql.inTransaction(() -> {
                var kept = insert(survey, sha256, State.REFUSED, refusal).orElseThrow();
                banks.writeFindings(kept.id(), survey.findings());
                audit.append(actor, "bank-file.refuse", subject(kept.id()), null, kept, clock.instant());
                return kept;
            });
            LOG.warn("file {} of {} refused: {}; nothing was booked", name, agreement.name(), refusal);
            return Outcome.declined(
                    new Problem.Conflict("bank-file-refused", "bank file " + file.id() + ": " + refusal));
        }

        private Optional<BankFile> insert(Survey survey, byte[] sha256, State state, @Nullable String refusal) {
            var header = survey.header;
            return banks.insert(
                    agreement.id(),
                    name,
                    sha256,
                    size(),
                    state,
                    header == null || header.sequence() == 0 ? null : header.sequence(),
                    header == null ? null : header.createdOn(),
                    refusal,
                    clock.instant(),
                    actor.name());
        }

        private long size() {
            try {
                return Files.size(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The file's id, or 0 while another import of it runs. */
        private long begin(Survey survey, byte[] sha256, @Nullable BankFile interrupted) {
            var now = clock.instant();
            if (interrupted != null) {
                return banks.takeUp(interrupted.id(), now.minus(STANDS_STILL), now) ? interrupted.id() : 0;
            }
            return insert(survey, sha256, State.IMPORTING, null)
                    .map(BankFile::id)
                    .orElse(0L);
        }

        private BankFile book(long fileId, Survey survey) throws IOException {
            // Two lines that name the same number are two payments; the same line in another file is the same payment.
            var told = new HashMap<Long, Integer>();
            try (var booking = new Booking(fileId)) {
                read(one -> {
                    if (one.part() instanceof Movement movement
                            && movement.code().pays()) {
                        booking.add(news(fileId, movement, one, told));
                    }
                });
                booking.finish();
            }
            return end(fileId, survey);
        }

        /** Batches on their way into the database, {@value #AT_ONCE} at a time; whoever reads waits for a free one. */
        private final class Booking implements AutoCloseable {

            private final long fileId;
            private final ExecutorService threads = Executors.newFixedThreadPool(
                    AT_ONCE, Thread.ofVirtual().name("bank file ", 1).factory());
            private final ArrayDeque<Future<?>> running = new ArrayDeque<>();
            private List<News> batch = new ArrayList<>(BATCH);

            Booking(long fileId) {
                this.fileId = fileId;
            }

            void add(News news) {
                batch.add(news);
                if (batch.size() == BATCH) {
                    submit();
                }
            }

            private void submit() {
                if (running.size() == AT_ONCE) {
                    await(running.removeFirst());
                }
                var some = List.copyOf(batch);
                batch = new ArrayList<>(BATCH);
                running.addLast(threads.submit(() -> {
                    money.take(actor, some);
                    banks.progressed(fileId, clock.instant());
                }));
            }

            /** Returns when everything is in the database; what failed there is thrown here. */
            void finish() {
                if (!batch.isEmpty()) {
                    submit();
                }
                running.forEach(Booking::await);
            }

            private static void await(Future<?> one) {
                try {
                    one.get();
                } catch (ExecutionException failed) {
                    if (failed.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    throw new IllegalStateException("a batch of the file was not booked", failed.getCause());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(
                            "told to stop; the import goes on when the file comes again", interrupted);
                }
            }

            /** Batches that have begun are finished. */
            @Override
            public void close() {
                threads.close();
            }
        }

        private News news(long fileId, Movement movement, Told told, Map<Long, Integer> before) {
            String document = document(movement);
            boolean byLine = told.externalId() == null
                    && told.txid() == null
                    && movement.ourNumber() == null
                    && document == null;
            String source = agreement.kind().name().toLowerCase(Locale.ROOT);
            return new News(
                    source + ":" + agreement.id() + ":"
                            + (byLine ? "file " + fileId + " line " + movement.line() : key(movement, told, before)),
                    agreement.id(),
                    fileId,
                    movement.line(),
                    source,
                    movement.ourNumber(),
                    told.txid(),
                    document,
                    movement.payerTaxId(),
                    movement.payerName(),
                    movement.paidCents(),
                    movement.chargesCents(),
                    Objects.requireNonNull(movement.occurredOn()),
                    byLine);
        }

        /** Banks fill with zeros what they have no number for. */
        private static @Nullable String document(Movement movement) {
            String document = movement.document();
            return document == null || NO_NUMBER.matcher(document).matches() ? null : document;
        }

        /** What is the same in whatever file the payment is told. */
        private static String key(Movement movement, Told told, Map<Long, Integer> before) {
            if (told.externalId() != null) {
                return told.externalId();
            }
            String number = movement.ourNumber() != null
                    ? movement.ourNumber()
                    : told.txid() != null ? "tx " + told.txid() : "doc " + movement.document();
            String key = number + ":" + movement.occurredOn() + ":" + movement.paidCents();
            int same = before.merge(hash(key), 1, Integer::sum);
            return same == 1 ? key : key + "#" + same;
        }

        /** 64 bits of it: a million keys are kept in tens of megabytes. */
        private static long hash(String key) {
            long hash = 1125899906842597L;
            for (int i = 0; i < key.length(); i++) {
                hash = 31 * hash + key.charAt(i);
            }
            return hash;
        }

        private BankFile end(long fileId, Survey survey) {
            var now = clock.instant();
            return sql.inTransaction(() -> {
                var booked = incoming.bookedBy(fileId);
                var sequence = banks.file(fileId).orElseThrow().sequence();
                var order = sequence == null ? null : banks.order(agreement.id(), fileId, sequence);
                banks.writeFindings(fileId, survey.findings());
                banks.end(
                        fileId,
                        new BankBook.Result(
                                coversUntil(survey),
                                order,
                                survey.lines,
                                booked.paid(),
                                Math.max(0, survey.pays - booked.paid() - booked.unmatched()),
                                booked.unmatched(),
                                survey.other,
                                survey.faults,
                                survey.cents),
                        now);
                var file = banks.file(fileId).orElseThrow();
                audit.append(actor, "bank-file.import", subject(fileId), null, file, now);
                if (order == BankFile.Order.GAP || order == BankFile.Order.REPEATED) {
                    LOG.warn(
                            "file {} of {}: its number {} is {}; runs stop on stale money",
                            name,
                            agreement.name(),
                            sequence,
                            order);
                }
                return file;
            });
        }

        /**
         * What was paid after a file was made is not in it: it tells whole days up to the banking day before, whatever later
         * days its lines have. Without a day of its own it tells what its lines do, and never of today.
         */
        private @Nullable LocalDate coversUntil(Survey survey) {
            var created = survey.header == null ? null : survey.header.createdOn();
            var before = calendar.previousBankingDay(created == null || created.isAfter(today) ? today : created);
            if (created != null) {
                return before;
            }
            return survey.lastDay == null || survey.lastDay.isBefore(before) ? survey.lastDay : before;
        }

        private static String subject(long fileId) {
            return "bank-file/" + fileId;
        }
    }

    private static byte[] sha256(Path content) throws IOException {
        try (InputStream in = Files.newInputStream(content)) {
            var digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
