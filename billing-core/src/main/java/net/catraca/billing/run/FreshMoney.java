package net.catraca.billing.run;

import java.time.Instant;
import java.util.List;

/** Objects while money is not up to date: who paid at a bank whose file has not come would be cut off. */
public record FreshMoney(List<MoneyFreshness> sources) implements RunGuard {

    public static final String NAME = "money-fresh";

    public FreshMoney {
        sources = List.copyOf(sources);
    }

    @Override
    public List<Objection> objections(RunPicture picture, Instant now) {
        return sources.stream()
                .flatMap(source -> source.stale(now).stream())
                .map(stale -> new Objection(NAME, stale.source(), stale.why()))
                .toList();
    }
}
