package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.access.NoticeDemand;
import net.catraca.billing.receivable.Standing.Owed;
import net.catraca.billing.run.SentNotices.ErpDebt;
import org.jspecify.annotations.Nullable;

/** Lets a commitment rest only on debts of which a notice of the age that the policy demands is recorded. */
public record NoticeGuard(SentNotices notices) implements ContractGuard {

    @Override
    public String name() {
        return "notice";
    }

    @Override
    public Map<Long, Verdict> judge(Collection<Candidate> batch, Instant now) {
        var asked = batch.stream().filter(NoticeGuard::isDemanded).toList();
        if (asked.isEmpty()) {
            return Map.of();
        }
        Map<Long, Instant> ofReceivables = new HashMap<>();
        Map<Long, Instant> ofErp = new HashMap<>();
        for (var candidate : asked) {
            for (var owed : candidate.late().owed()) {
                var receivable = owed.receivable();
                if (receivable == null) {
                    ofErp.put(candidate.contract().contractId(), notBefore(candidate, owed));
                } else {
                    ofReceivables.put(receivable.id(), notBefore(candidate, owed));
                }
            }
        }
        var sent = notices.firstOf(ofReceivables);
        var sentForErp = notices.firstOfErp(ofErp);
        Map<Long, Verdict> verdicts = new HashMap<>();
        for (var candidate : asked) {
            var verdict = judge(candidate, sent, sentForErp, now);
            if (verdict != null) {
                verdicts.put(candidate.contract().contractId(), verdict);
            }
        }
        return verdicts;
    }

    private static boolean isDemanded(Candidate candidate) {
        return candidate.version().notice().daysBefore(candidate.level()) != NoticeDemand.NONE;
    }

    /** Before day 0 nobody was late: what was sent then reminded of the bill, and was no notice of a debt. */
    private static Instant notBefore(Candidate candidate, Owed owed) {
        return candidate.version().notice().remindersCount()
                ? Instant.EPOCH
                : LocalDate.ofEpochDay(owed.dayZero())
                        .atStartOfDay(candidate.contract().zone())
                        .toInstant();
    }

    private static @Nullable Verdict judge(
            Candidate candidate, Map<Long, Instant> sent, Map<ErpDebt, Instant> sentForErp, Instant now) {
        int days = candidate.version().notice().daysBefore(candidate.level());
        int latest = candidate.contract().dayAt(now) - days;
        Set<Long> without = new HashSet<>();
        for (Owed owed : candidate.late().owed()) {
            var receivable = owed.receivable();
            var at = receivable == null
                    ? sentForErp.get(
                            new ErpDebt(candidate.contract().contractId(), LocalDate.ofEpochDay(owed.dueOnDay())))
                    : sent.get(receivable.id());
            if (at == null || candidate.contract().dayAt(at) > latest) {
                if (receivable == null) {
                    return new Skip(why(days, "the debt that the ERP told of"));
                }
                without.add(receivable.id());
            }
        }
        return without.isEmpty() ? null : new LeaveOut(without, why(days, worded(without)));
    }

    private static String why(int days, String what) {
        return "no notice of %d days or more is recorded of %s".formatted(days, what);
    }

    private static String worded(Set<Long> receivables) {
        return receivables.stream()
                .filter(Objects::nonNull)
                .sorted()
                .map(id -> "receivable " + id)
                .collect(Collectors.joining(", "));
    }
}
