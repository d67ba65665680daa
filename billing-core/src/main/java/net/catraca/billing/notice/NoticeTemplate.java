package net.catraca.billing.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.contract.Language;
import org.jspecify.annotations.Nullable;

/**
 * The words of a notice.
 *
 * @param version 0 for the built-in one; edits count from 1
 * @param subject exactly of e-mails
 * @param body plain text
 * @param html of e-mails, beside the plain text; null for none
 */
public record NoticeTemplate(
        String name,
        Channel channel,
        Language language,
        int version,
        @Nullable String subject,
        String body,
        @Nullable String html) {

    private static final String PT_LINK = "{{#link}}\n\nPara ver e pagar: {{link}}{{/link}}";
    private static final String EN_LINK = "{{#link}}\n\nTo see and pay it: {{link}}{{/link}}";

    /** What ships with Catraca. */
    public static final List<NoticeTemplate> BUILT_IN = builtIn();

    public static Optional<NoticeTemplate> builtIn(String name, Channel channel, Language language) {
        return BUILT_IN.stream()
                .filter(each -> each.name.equals(name) && each.channel == channel && each.language == language)
                .findFirst();
    }

    private static List<NoticeTemplate> builtIn() {
        var all = new ArrayList<NoticeTemplate>();
        all.add(email(
                "before-due",
                Language.PT,
                "Sua fatura vence em {{dueOn}}",
                "Olá, {{firstName}}.",
                "Sua fatura de {{amount}} do contrato {{contract}} vence em {{dueOn}}.",
                "Se você já pagou, desconsidere este aviso."));
        all.add(email(
                "due-today",
                Language.PT,
                "Sua fatura vence hoje",
                "Olá, {{firstName}}.",
                "Sua fatura de {{amount}} do contrato {{contract}} vence hoje, {{dueOn}}.",
                "Se você já pagou, desconsidere este aviso."));
        all.add(email(
                "overdue",
                Language.PT,
                "Fatura em aberto há {{daysLate}} dias",
                "Olá, {{firstName}}.",
                "Não identificamos o pagamento da fatura de {{amount}} do contrato {{contract}}, vencida em {{dueOn}}, há"
                        + " {{daysLate}} dias. Sem o pagamento, a conexão pode ser reduzida e depois bloqueada.",
                "Se você já pagou, desconsidere este aviso."));
        all.add(email(
                "before-due",
                Language.EN,
                "Your bill is due on {{dueOn}}",
                "Hello {{firstName}},",
                "Your bill of {{amount}} for contract {{contract}} is due on {{dueOn}}.",
                "If you have paid already, please disregard this notice."));
        all.add(email(
                "due-today",
                Language.EN,
                "Your bill is due today",
                "Hello {{firstName}},",
                "Your bill of {{amount}} for contract {{contract}} is due today, {{dueOn}}.",
                "If you have paid already, please disregard this notice."));
        all.add(email(
                "overdue",
                Language.EN,
                "A bill is {{daysLate}} days overdue",
                "Hello {{firstName}},",
                "We have not seen a payment of the bill of {{amount}} for contract {{contract}}, due on {{dueOn}},"
                        + " {{daysLate}} days ago. Unpaid, the connection may be slowed down and then blocked.",
                "If you have paid already, please disregard this notice."));
        for (var channel : List.of(Channel.SMS, Channel.WHATSAPP)) {
            all.add(text("before-due", channel, Language.PT, "sua fatura de {{amount}} vence em {{dueOn}}."));
            all.add(text("due-today", channel, Language.PT, "sua fatura de {{amount}} vence hoje."));
            all.add(text(
                    "overdue",
                    channel,
                    Language.PT,
                    "sua fatura de {{amount}} venceu em {{dueOn}}. Evite o bloqueio da conexao."));
            all.add(text("before-due", channel, Language.EN, "your bill of {{amount}} is due on {{dueOn}}."));
            all.add(text("due-today", channel, Language.EN, "your bill of {{amount}} is due today."));
            all.add(text(
                    "overdue",
                    channel,
                    Language.EN,
                    "your bill of {{amount}} was due on {{dueOn}}. Please pay to stay connected."));
        }
        return List.copyOf(all);
    }

    private static NoticeTemplate email(
            String name, Language language, String subject, String greeting, String says, String end) {
        var link = language == Language.PT ? PT_LINK : EN_LINK;
        var anchor = language == Language.PT ? "Ver e pagar a fatura" : "See and pay the bill";
        return new NoticeTemplate(
                name,
                Channel.EMAIL,
                language,
                0,
                "{{isp}}: " + subject,
                greeting + "\n\n" + says + link + "\n\n" + end + "\n\n{{isp}}\n",
                "<p>" + greeting + "</p>\n<p>" + says + "</p>\n{{#link}}<p><a href=\"{{link}}\">" + anchor
                        + "</a></p>\n{{/link}}<p>" + end + "</p>\n<p>{{isp}}</p>\n");
    }

    private static NoticeTemplate text(String name, Channel channel, Language language, String says) {
        return new NoticeTemplate(
                name,
                channel,
                language,
                0,
                null,
                "{{isp}}: {{firstName}}, " + says + "{{#link}} {{link}}{{/link}}",
                null);
    }
}
