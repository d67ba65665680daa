package net.catraca.admin.bank;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.bank.PixSetAside;
import net.catraca.billing.office.PixNotices;
import org.jspecify.annotations.Nullable;

/**
 * Reads a notification of Pix: {@code {"pix":[{"endToEndId", "txid", "valor", "horario", "devolucoes": […]}]}}. Members that
 * are not ours to know are passed over. An element that lacks what is needed is set aside, and the others are taken: its
 * sender would repeat the whole for ever, and nobody would be booked. What is no notification is refused.
 */
@Singleton
final class PixReading {

    /** A refund that the bank has not made, or not yet, takes nothing back. */
    private static final String REFUNDED = "DEVOLVIDO";

    private static final int LONGEST = 100;

    /** Clocks of banks and ours differ by seconds; a Pix of days to come would say that news is fresh until then. */
    private static final Duration MOST_AHEAD = Duration.ofMinutes(15);

    private final JsonMapper json;
    private final Clock clock;

    PixReading(JsonMapper json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    /** What a notification tells, as far as it can be read, and what of it cannot. */
    record Told(List<PixNotice> sound, List<PixSetAside.Told> unsound) {
        Told {
            sound = List.copyOf(sound);
            unsound = List.copyOf(unsound);
        }
    }

    /** @throws ProblemException where the whole is no notification */
    Told read(long agreementId, byte[] body) {
        var pix = parse(body).get("pix");
        if (pix == null || !pix.isArray()) {
            throw fault("/pix", "a list of Pix received");
        }
        List<PixNotice> sound = new ArrayList<>();
        List<PixSetAside.Told> unsound = new ArrayList<>();
        for (int i = 0; i < pix.size(); i++) {
            add(sound, unsound, agreementId, pix.get(i));
            if (sound.size() + unsound.size() > PixNotices.MOST_AT_ONCE) {
                throw fault("/pix", "at most " + PixNotices.MOST_AT_ONCE + " Pix and refunds");
            }
        }
        return new Told(sound, unsound);
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

    /** A Pix with its refunds: one of these that cannot be read leaves the Pix and the others. */
    private void add(List<PixNotice> sound, List<PixSetAside.Told> unsound, long agreementId, JsonNode pix) {
        var element = new Element(pix, "");
        String id = element.needed("endToEndId");
        long cents = element.cents();
        var paidAt = element.instant(clock.instant().plus(MOST_AHEAD));
        if (element.isUnsound()) {
            unsound.add(element.setAside(agreementId, asText(pix)));
            return;
        }
        String txid = text(pix, "txid");
        var payer = pix.get("pagador");
        String taxId = payer == null ? null : text(payer, "cpf") == null ? text(payer, "cnpj") : text(payer, "cpf");
        sound.add(new PixNotice(
                agreementId,
                id,
                "",
                cents,
                txid,
                paidAt,
                taxId == null ? null : taxId.replaceAll("[^0-9A-Za-z]", ""),
                payer == null ? null : text(payer, "nome")));
        var refunds = pix.get("devolucoes");
        for (int i = 0; refunds != null && refunds.isArray() && i < refunds.size(); i++) {
            if (!REFUNDED.equals(text(refunds.get(i), "status"))) {
                continue;
            }
            var refund = new Element(refunds.get(i), "/devolucoes/" + i);
            String refundId = refund.needed("id");
            long refunded = refund.cents();
            if (refund.isUnsound()) {
                unsound.add(refund.setAside(agreementId, asText(pix)));
            } else {
                sound.add(new PixNotice(agreementId, id, refundId, refunded, txid, paidAt, null, null));
            }
        }
    }

    /** As PostgreSQL can keep it. */
    private String asText(JsonNode element) {
        try {
            var octets = json.writeValueAsString(element).getBytes(StandardCharsets.UTF_8);
            return new String(octets, StandardCharsets.UTF_8).replace("\u0000", "");
        } catch (IOException e) {
            return "an element that cannot be written: " + e.getClass().getSimpleName();
        }
    }

    /** One under reading: the first member at fault is kept. */
    private static final class Element {

        private final JsonNode node;
        private final String at;
        private @Nullable String member;
        private @Nullable String expected;

        Element(JsonNode node, String at) {
            this.node = node;
            this.at = at;
        }

        boolean isUnsound() {
            return member != null;
        }

        PixSetAside.Told setAside(long agreementId, String whole) {
            return new PixSetAside.Told(
                    agreementId, whole, Objects.requireNonNull(member), Objects.requireNonNull(expected));
        }

        private void miss(String name, String wanted) {
            if (member == null) {
                member = at + "/" + name;
                expected = wanted;
            }
        }

        String needed(String name) {
            String text = text(node, name);
            if (text == null) {
                miss(name, "1 to " + LONGEST + " characters");
            }
            return text == null ? "" : text;
        }

        /** "99.90": a text with a point, as Banco Central has it. */
        long cents() {
            String text = text(node, "valor");
            if (text == null || !text.matches("[0-9]{1,10}(\\.[0-9]{1,2})?") || new BigDecimal(text).signum() == 0) {
                miss("valor", "an amount such as \"99.90\"");
                return 0;
            }
            return new BigDecimal(text).movePointRight(2).longValueExact();
        }

        Instant instant(Instant last) {
            var told = node.isObject() ? node.get("horario") : null;
            try {
                if (told != null && told.isString()) {
                    var at = OffsetDateTime.parse(told.getStringValue()).toInstant();
                    if (at.isAfter(last)) {
                        miss("horario", "an instant no later than " + last);
                    }
                    return at;
                }
            } catch (DateTimeException e) {
                miss("horario", "an instant such as 2026-11-23T13:00:00.000Z");
            }
            miss("horario", "an instant such as 2026-11-23T13:00:00.000Z");
            return last;
        }
    }

    private static @Nullable String text(JsonNode node, String name) {
        var member = node.isObject() ? node.get(name) : null;
        String text =
                member != null && member.isString() ? member.getStringValue().strip() : "";
        return text.isEmpty()
                        || text.length() > LONGEST
                        || text.chars().anyMatch(Character::isISOControl)
                        || !StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? null
                : text;
    }

    private static ProblemException fault(String member, String expected) {
        return ProblemException.invalid(InvalidField.body(member, expected, "something else"));
    }
}
