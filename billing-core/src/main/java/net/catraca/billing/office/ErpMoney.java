package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow.OfReceivable;
import net.catraca.billing.erp.ErpRow.OfStanding;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.ErpNewsBook;
import net.catraca.billing.store.ReceivableBook;

/** Paid-until facts and receivables as an ERP tells them. */
@Singleton
final class ErpMoney {

    private final AccessWrite access;
    private final ContractBook contracts;
    private final ReceivableBook receivables;
    private final ReceivableUpsert upsert;
    private final WaitingMoney waiting;
    private final Receivables desk;
    private final ErpFeed feed;
    private final MassTightening mass;
    private final ErpNewsBook news;

    ErpMoney(
            AccessWrite access,
            ContractBook contracts,
            ReceivableBook receivables,
            ReceivableUpsert upsert,
            WaitingMoney waiting,
            Receivables desk,
            ErpFeed feed,
            MassTightening mass,
            ErpNewsBook news) {
        this.access = access;
        this.contracts = contracts;
        this.receivables = receivables;
        this.upsert = upsert;
        this.waiting = waiting;
        this.desk = desk;
        this.feed = feed;
        this.mass = mass;
        this.news = news;
    }

    ErpWriter<OfStanding> standings() {
        return new ErpWriter<>() {
            @Override
            public int most() {
                return AccessWrite.MOST_CONTRACTS;
            }

            @Override
            public List<ErpResult> write(Actor actor, List<OfStanding> rows, Instant now) {
                return standings(actor, rows, now);
            }
        };
    }

    ErpWriter<OfReceivable> receivables() {
        return new ErpWriter<>() {
            @Override
            public int most() {
                return AccessWrite.MOST_CONTRACTS;
            }

            @Override
            public List<ErpResult> write(Actor actor, List<OfReceivable> rows, Instant now) {
                return receivables(actor, rows, now);
            }
        };
    }

    private Map<String, Contract> byExternalId(Set<String> externalIds) {
        return contracts.findByExternalIds(externalIds).stream()
                .collect(Collectors.toMap(
                        contract -> Objects.requireNonNull(contract.externalId()), contract -> contract));
    }

    private static Set<Long> ids(Map<String, Contract> contracts) {
        return contracts.values().stream().map(Contract::id).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<ErpResult> standings(Actor actor, List<OfStanding> rows, Instant now) {
        var found = byExternalId(rows.stream().map(OfStanding::externalId).collect(Collectors.toSet()));
        return access.on(ids(found), now, write -> {
            // Read again: only now nobody else can write them.
            Map<String, Contract> known = contracts.findAll(write.held()).stream()
                    .collect(Collectors.toMap(
                            contract -> Objects.requireNonNull(contract.externalId()), contract -> contract));
            var batch = mass.begin(actor, write.held(), now);
            var taking = feed.begin(actor, batch, now);
            Set<String> seen = new HashSet<>();
            Set<Long> written = new HashSet<>();
            List<ErpResult> results = new ArrayList<>();
            for (var row : rows) {
                var contract = known.get(row.externalId());
                if (contract == null) {
                    results.add(new Declined(new Unknown("contract", row.externalId())));
                    continue;
                }
                var standing = new ErpStanding(contract.id(), row.paidUntil(), row.oldestDueOn(), row.asOf());
                var problem = ErpFeed.problem(standing, contract, now);
                if (problem == null && !seen.add(row.externalId())) {
                    problem = new Conflict("contract-repeated", row.externalId());
                }
                var result = problem == null
                        ? taking.take(standing, contract, Objects.requireNonNull(write.before(contract.id())))
                        : new Declined(problem);
                if (result instanceof Written(var how, var id) && how == How.UPDATED) {
                    written.add(id);
                }
                results.add(result);
            }
            taking.finish();
            batch.finish();
            write.held().stream().filter(id -> !written.contains(id)).forEach(write::leave);
            return results;
        });
    }

    private List<ErpResult> receivables(Actor actor, List<OfReceivable> rows, Instant now) {
        waiting.begin();
        var found = byExternalId(rows.stream().map(OfReceivable::contract).collect(Collectors.toSet()));
        return access.on(ids(found), now, write -> {
            write.leaveAll(); // what is written here is written by those who are asked below, under the same locks
            var told = new ErpWriter.News(news, ErpNewsBook.Kind.RECEIVABLE, rows, now);
            Map<Integer, ErpResult> results = new HashMap<>();
            List<ReceivableDraft> drafts = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                var row = rows.get(i);
                var contract = found.get(row.contract());
                var passed = told.passes(row);
                if (passed != null) {
                    results.put(i, passed);
                } else if (contract == null) {
                    results.put(i, new Declined(new Unknown("contract", row.contract())));
                } else if (contract.moneySource() == MoneySource.ERP) {
                    results.put(
                            i,
                            new Declined(
                                    new Conflict("money-source-is-erp", "its standing is told, not its receivables")));
                } else if (row.cancelled()) {
                    results.put(i, told.note(row, cancel(actor, row, contract)));
                } else {
                    drafts.add(row.draftFor(contract.id()));
                    places.add(i);
                }
            }
            if (!drafts.isEmpty()) {
                var written = upsert.upsert(actor, drafts).orThrow();
                for (int i = 0; i < written.size(); i++) {
                    int place = places.get(i);
                    results.put(place, told.note(rows.get(place), result(written.get(i))));
                }
            }
            told.finish();
            List<ErpResult> inOrder = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                inOrder.add(Objects.requireNonNull(results.get(i)));
            }
            return inOrder;
        });
    }

    /** One that is not known here is owed by nobody: there is nothing to cancel. */
    private ErpResult cancel(Actor actor, OfReceivable row, Contract contract) {
        var known = receivables.findByExternalId(row.externalId());
        if (known.isEmpty() || known.get().contractId() != contract.id()) {
            return new Declined(new Unknown("receivable", row.externalId()));
        }
        // What was written in its place here is the same debt.
        long id = known.get().id();
        var standing = receivables
                .find(receivables.standingFor(List.of(id)).getOrDefault(id, id))
                .orElseThrow();
        return switch (standing.status()) {
            case CANCELLED -> new Written(How.UNCHANGED, standing.id());
            case OPEN ->
                switch (desk.cancel(actor, standing.id(), null, "as the ERP says")) {
                    case Outcome.Done<Receivable>(var cancelled) -> new Written(How.UPDATED, cancelled.id());
                    case Outcome.Declined<Receivable>(var why) -> new Declined(why);
                };
            case SETTLED, RENEGOTIATED ->
                new Declined(new Conflict("not-open", standing.status().name()));
        };
    }

    private static ErpResult result(ReceivableUpsert.Row row) {
        return switch (row.outcome()) {
            case Outcome.Declined<Receivable>(var why) -> new Declined(why);
            case Outcome.Done<Receivable>(var receivable) ->
                new Written(
                        switch (row.written()) {
                            case CREATED -> How.CREATED;
                            case UPDATED -> How.UPDATED;
                            case UNCHANGED, DECLINED -> How.UNCHANGED;
                        },
                        receivable.id());
        };
    }
}
