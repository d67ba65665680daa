package net.catraca.billing.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Map;
import net.catraca.billing.contract.Language;
import net.catraca.billing.notice.Wording.Escape;
import org.junit.jupiter.api.Test;

/** Names are what somebody typed: they never become markup, a header or a piece of JSON. */
class WordingTest {

    private static final NoticeSettings SETTINGS =
            new NoticeSettings(8, 20, false, "Minha Net", "https://minha.example/f/{receivable}?x={externalId}");

    private static NoticeFacts facts(String customer, Language language) {
        return new NoticeFacts(
                7,
                "c-7",
                9,
                "r&9",
                customer,
                language,
                "a@example.com",
                "Fibra",
                1_234_56,
                LocalDate.parse("2026-11-10"),
                LocalDate.parse("2026-11-16"));
    }

    @Test
    void amountsAndDaysAreWrittenInTheCustomersLanguage() {
        var template = "{{amount}} {{dueOn}} {{daysLate}} {{daysUntilDue}} {{contract}}";

        assertThat(Wording.fill(template, Escape.NONE, facts("Ana", Language.PT).variables(SETTINGS)))
                .isEqualTo("R$ 1.234,56 10/11/2026 6 0 c-7");
        assertThat(Wording.fill(template, Escape.NONE, facts("Ana", Language.EN).variables(SETTINGS)))
                .isEqualTo("R$ 1,234.56 2026-11-10 6 0 c-7");
    }

    @Test
    void aNameIsNoMarkupNoHeaderAndNoJson() {
        var values = facts("<b>A\r\nBcc: x@y.z\"\\ Silva", Language.PT).variables(SETTINGS);
        var overdue =
                NoticeTemplate.builtIn("overdue", Channel.EMAIL, Language.PT).orElseThrow();
        var mail = new NoticeTemplate(
                "x", Channel.EMAIL, Language.PT, 1, "Para {{customer}}", overdue.body(), "<p>{{customer}}</p>");

        var words = Wording.words(mail, values);

        assertThat(words.subject()).isEqualTo("Para <b>A Bcc: x@y.z\"\\ Silva");
        assertThat(words.html()).startsWith("<p>&lt;b&gt;A Bcc: x@y.z&quot;").doesNotContain("<b>");
        assertThat(Wording.fill("{\"t\":\"{{text}}\"}", Escape.JSON, Wording.ofRequest("1", "a\"\\\n\u0001b", "r")))
                .isEqualTo("{\"t\":\"a\\\"\\\\\\n\\u0001b\"}");
        assertThat(Wording.fill("t={{text}}", Escape.FORM, Wording.ofRequest("1", "a&b=c d", "r")))
                .isEqualTo("t=a%26b%3Dc+d");
    }

    @Test
    void theLinkBearsTheBill() {
        assertThat(Wording.fill(
                        "{{link}}", Escape.NONE, facts("Ana", Language.PT).variables(SETTINGS)))
                .isEqualTo("https://minha.example/f/9?x=r%269");
        assertThat(Wording.fill(
                        "a{{#link}} {{link}}{{/link}}",
                        Escape.NONE,
                        facts("Ana", Language.PT).variables(NoticeSettings.USUAL)))
                .isEqualTo("a");
    }

    @Test
    void everyBuiltInTemplateIsInOrderInBothLanguages() {
        for (var template : NoticeTemplate.BUILT_IN) {
            var words = Wording.words(
                    template, facts("Ana Souza", template.language()).variables(SETTINGS));

            assertThat(words.body()).contains("Ana").contains("minha.example").doesNotContain("{{");
            assertThat(words.subject() == null).isEqualTo(template.channel() != Channel.EMAIL);
        }
        assertThat(NoticeTemplate.BUILT_IN).hasSize(18);
        assertThat(NoticeStep.USUAL)
                .allSatisfy(step -> assertThat(NoticeTemplate.builtIn(step.template(), step.channel(), Language.EN))
                        .isPresent());
    }

    @Test
    void unknownVariablesRawValuesAndPartialsAreRefused() {
        for (var wrong : new String[] {"{{custmer}}", "{{{customer}}}", "{{&customer}}", "{{>other}}", "{{#open}}x"}) {
            assertThatThrownBy(() -> Wording.fill(wrong, Escape.HTML, Map.of("customer", "Ana")))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
