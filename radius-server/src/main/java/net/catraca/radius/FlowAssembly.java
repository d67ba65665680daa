package net.catraca.radius;

import com.github.benmanes.caffeine.cache.Ticker;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.GivenAccepts;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.duplicate.DuplicateCache;
import net.catraca.radius.flow.AccessFlow;
import net.catraca.radius.flow.AccessJudge;
import net.catraca.radius.flow.AccountingFlow;
import net.catraca.radius.flow.Flows;
import net.catraca.radius.flow.ForgeryRules;
import net.catraca.radius.flow.Gate;
import net.catraca.radius.flow.Notes;
import net.catraca.radius.flow.RadiusMeters;
import net.catraca.radius.flow.RejectDelay;
import net.catraca.radius.flow.ReplyWriter;
import net.catraca.radius.flow.StatusServer;
import net.catraca.radius.flow.WrongPasswordThrottle;
import net.catraca.radius.nas.MessageAuthenticatorSightings;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.ReplyBuilder;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.SessionAdmission;

/** Makes the flows of an event loop: what all loops share is given, what belongs to one is made anew. */
public final class FlowAssembly implements Supplier<Flows> {

    private final RadiusSettings settings;
    private final NasRegistry nases;
    private final NasIdentities identities;
    private final MessageAuthenticatorSightings sightings;
    private final SubscriberDirectory directory;
    private final ReplyProfiles profiles;
    private final WrongPasswordThrottle throttle;
    private final SessionAdmission admission;
    private final GivenAccepts accepts;
    private final Journal journal;
    private final Consumer<AccountingEvent> sessions;
    private final RadiusMeters meters;
    private final Supplier<CredentialCheck> credentialChecks;
    private final Clock clock;
    private final Ticker ticker;

    /**
     * @param sessions told of each accounting record that is durable
     * @param credentialChecks makes one for a loop
     * @param clock what the access decision calls now
     * @param ticker for spans of time
     */
    public FlowAssembly(
            RadiusSettings settings,
            NasRegistry nases,
            NasIdentities identities,
            MessageAuthenticatorSightings sightings,
            SubscriberDirectory directory,
            ReplyProfiles profiles,
            WrongPasswordThrottle throttle,
            SessionAdmission admission,
            Journal journal,
            Consumer<AccountingEvent> sessions,
            RadiusMeters meters,
            Supplier<CredentialCheck> credentialChecks,
            Clock clock,
            Ticker ticker) {
        this.settings = settings;
        this.nases = nases;
        this.identities = identities;
        this.sightings = sightings;
        this.directory = directory;
        this.profiles = profiles;
        this.throttle = throttle;
        this.admission = admission;
        this.journal = journal;
        this.sessions = sessions;
        this.meters = meters;
        this.credentialChecks = credentialChecks;
        this.clock = clock;
        this.ticker = ticker;
        this.accepts = new GivenAccepts(ticker);
    }

    @Override
    public Flows get() {
        var digests = new Digests();
        var replies = new ReplyBuilder(digests);
        // Jitter only: what must not be guessed is made by the credential check.
        var random = new SplittableRandom(new SecureRandom().nextLong());
        var notes = new Notes(meters, ticker);
        var gate = new Gate(nases, identities, digests);
        var statusServer = new StatusServer(directory, replies, notes, ticker);
        var access = new AccessFlow(
                gate,
                new ForgeryRules(sightings),
                statusServer,
                duplicates(),
                new AccessJudge(directory, credentialChecks.get(), throttle, profiles, admission, random, clock),
                new ReplyWriter(profiles, replies, random, settings.sessionSpreadSeconds(), notes),
                new RejectDelay(profiles, random),
                accepts,
                notes,
                ticker);
        var accounting = new AccountingFlow(
                gate, statusServer, duplicates(), directory, accepts, journal, sessions, replies, notes, clock);
        return new Flows(access, accounting);
    }

    private DuplicateCache duplicates() {
        return new DuplicateCache(
                settings.duplicateEntries(), settings.duplicateOctets(), settings.duplicateSeconds(), ticker);
    }
}
