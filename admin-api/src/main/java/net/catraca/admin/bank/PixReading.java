package net.catraca.admin.bank;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.office.PixNotices;
import org.jspecify.annotations.Nullable;

/**
 * Reads a notification of Pix: {@code {"pix":[{"endToEndId", "txid", "valor", "horario", "devolucoes": […]}]}}. Members that
 * are not ours to know are passed over. One that lacks what is needed refuses the whole, so that the provider tells it
 * again and somebody hears of it.
 */
@Singleton
final class PixReading {

    /** A refund that the bank has not made, or not yet, takes nothing back. */
    private static final String REFUNDED = "DEVOLVIDO";

    private static final int LONGEST = 100;

    private final JsonMapper json;

    PixReading(JsonMapper json) {
        this.json = json;
    }

    /** @throws ProblemException naming the member at fault */
    List<PixNotice> read(long agreementId, byte[] body) {
        var pix = parse(body).get("pix");
        if (pix == null || !pix.isArray()) {
            throw fault("/pix", "a list of Pix received");
        }
        List<PixNotice> notices = new ArrayList<>();
        for (int i = 0; i < pix.size(); i++) {
            add(notices, agreementId, pix.get(i), "/pix/" + i);
            if (notices.size() > PixNotices.MOST_AT_ONCE) {
                throw fault("/pix", "at most " + PixNotices.MOST_AT_ONCE + " Pix and refunds");
            }
        }
        return notices;
    }

    private JsonNode parse(byte[] body) {
        try {
            var read = json.readValue(body, JsonNode.class);
            if (read != null && read.isObject()) {
                return read;
            }
        } catch (IOException e) {
            throw fault("", "JSON: " + e.getClass().getSimpleName());
        }
        throw fault("", "a JSON object");
    }

    private static void add(List<PixNotice> notices, long agreementId, JsonNode pix, String at) {
        String id = needed(pix, "endToEndId", at);
        String txid = text(pix, "txid");
        var paidAt = instant(pix.get("horario"), at + "/horario");
        var payer = pix.get("pagador");
        String taxId = payer == null ? null : text(payer, "cpf") == null ? text(payer, "cnpj") : text(payer, "cpf");
        notices.add(new PixNotice(
                agreementId,
                id,
                "",
                cents(pix, at),
                txid,
                paidAt,
                taxId == null ? null : taxId.replaceAll("[^0-9A-Za-z]", ""),
                payer == null ? null : text(payer, "nome")));
        var refunds = pix.get("devolucoes");
        for (int i = 0; refunds != null && refunds.isArray() && i < refunds.size(); i++) {
            var refund = refunds.get(i);
            String where = at + "/devolucoes/" + i;
            if (REFUNDED.equals(text(refund, "status"))) {
                notices.add(new PixNotice(
                        agreementId, id, needed(refund, "id", where), cents(refund, where), txid, paidAt, null, null));
            }
        }
    }

    private static String needed(JsonNode node, String name, String at) {
        String text = text(node, name);
        if (text == null) {
            throw fault(at + "/" + name, "1 to " + LONGEST + " characters");
        }
        return text;
    }

    private static @Nullable String text(JsonNode node, String name) {
        var member = node.isObject() ? node.get(name) : null;
        String text =
                member != null && member.isString() ? member.getStringValue().strip() : "";
        return text.isEmpty() || text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)
                ? null
                : text;
    }

    /** "99.90": a text with a point, as Banco Central has it. */
    private static long cents(JsonNode node, String at) {
        String text = text(node, "valor");
        if (text == null || !text.matches("[0-9]{1,10}(\\.[0-9]{1,2})?") || new BigDecimal(text).signum() == 0) {
            throw fault(at + "/valor", "an amount such as \"99.90\"");
        }
        return new BigDecimal(text).movePointRight(2).longValueExact();
    }

    private static Instant instant(@Nullable JsonNode node, String at) {
        try {
            if (node != null && node.isString()) {
                return OffsetDateTime.parse(node.getStringValue()).toInstant();
            }
        } catch (DateTimeException e) {
            throw fault(at, "an instant such as 2026-11-23T13:00:00.000Z");
        }
        throw fault(at, "an instant such as 2026-11-23T13:00:00.000Z");
    }

    private static ProblemException fault(String member, String expected) {
        return ProblemException.invalid(InvalidField.body(member, expected, "something else"));
    }
}
