package net.catraca.billing.notice;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import net.catraca.billing.contract.Language;
import org.jspecify.annotations.Nullable;

/**
 * What a notice speaks of.
 *
 * @param address of the channel, or null when the customer has none
 * @param openCents what is left to pay of the nominal amount, without interest, fine or discount
 * @param dueDay day 0
 * @param today in the contract's zone
 */
public record NoticeFacts(
        long contractId,
        @Nullable String contractExternalId,
        long receivableId,
        @Nullable String receivableExternalId,
        String customer,
        Language language,
        @Nullable String address,
        String plan,
        long openCents,
        LocalDate dueDay,
        LocalDate today) {

    private static final DateTimeFormatter PT_DAY = DateTimeFormatter.ofPattern("dd/MM/uuuu", Locale.ROOT);

    @Override
    public String toString() {
        return "NoticeFacts[contract " + contractId + ", receivable " + receivableId + "]";
    }

    /** The same for somebody who is written to in another language. */
    public NoticeFacts in(Language other) {
        return new NoticeFacts(
                contractId,
                contractExternalId,
                receivableId,
                receivableExternalId,
                customer,
                other,
                address,
                plan,
                openCents,
                dueDay,
                today);
    }

    /** The values of the variables that a template may use. */
    public Map<String, Object> variables(NoticeSettings settings) {
        Map<String, Object> values = new HashMap<>();
        long daysLate = today.toEpochDay() - dueDay.toEpochDay();
        values.put("customer", oneLine(customer));
        values.put("firstName", oneLine(customer).split(" ", 2)[0]);
        values.put("contract", contractExternalId == null ? Long.toString(contractId) : contractExternalId);
        values.put("plan", plan);
        values.put("amount", amount());
        values.put("dueOn", language == Language.PT ? PT_DAY.format(dueDay) : dueDay.toString());
        values.put("daysLate", Long.toString(Math.max(0, daysLate)));
        values.put("daysUntilDue", Long.toString(Math.max(0, -daysLate)));
        values.put("overdue", daysLate > 0);
        values.put("link", link(settings.billLink()));
        values.put("isp", settings.sender());
        return values;
    }

    /** A name cannot add a line to a header or to an SMS. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    private String amount() {
        var whole = String.format(Locale.ROOT, "%,d", openCents / 100);
        var cents = String.format(Locale.ROOT, "%02d", openCents % 100);
        return language == Language.PT ? "R$ " + whole.replace(',', '.') + "," + cents : "R$ " + whole + "." + cents;
    }

    private String link(@Nullable String pattern) {
        if (pattern == null) {
            return "";
        }
        return pattern.replace("{receivable}", Long.toString(receivableId))
                .replace("{contract}", Long.toString(contractId))
                .replace(
                        "{externalId}",
                        encoded(receivableExternalId == null ? Long.toString(receivableId) : receivableExternalId));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
