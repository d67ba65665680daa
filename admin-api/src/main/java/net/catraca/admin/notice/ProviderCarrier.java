package net.catraca.admin.notice;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.outbound.Outbound;
import net.catraca.admin.outbound.Outbound.Answer;
import net.catraca.billing.notice.Carrier;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeProvider;
import net.catraca.billing.notice.Wording;
import net.catraca.billing.notice.Wording.Words;
import net.catraca.billing.office.NoticeDesk;
import org.jspecify.annotations.Nullable;

/** Carries SMS and WhatsApp by whatever service an operator has described: one HTTP request for each message. */
@Singleton
public final class ProviderCarrier implements Carrier {

    private final NoticeDesk desk;
    private final Outbound outbound;
    private final ObjectMapper json;

    ProviderCarrier(NoticeDesk desk, Outbound outbound, ObjectMapper json) {
        this.desk = desk;
        this.outbound = outbound;
        this.json = json;
    }

    @Override
    public boolean carries(Channel channel) {
        return channel != Channel.EMAIL;
    }

    @Override
    public boolean isSetUp(Channel channel) {
        return provider(channel) != null;
    }

    private @Nullable NoticeProvider provider(Channel channel) {
        return desk.providers().stream()
                .filter(provider -> provider.channel() == channel && provider.active())
                .findFirst()
                .orElse(null);
    }

    @Override
    public Carried carry(Channel channel, String to, Words words, String reference) {
        var provider = provider(channel);
        if (provider == null) {
            return new Carried.Later("nobody carries it", true);
        }
        var body = Wording.fill(
                provider.body(), provider.contentType().escape(), Wording.ofRequest(to, words.body(), reference));
        Map<String, String> headers = new LinkedHashMap<>(desk.headers(channel));
        headers.put("Content-Type", provider.contentType().header());
        try {
            return carried(
                    provider,
                    outbound.call(
                            provider.method().name(), provider.url(), headers, body.getBytes(StandardCharsets.UTF_8)));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Carried.Unknown("the daemon stopped while it was sent");
        }
    }

    private Carried carried(NoticeProvider provider, Answer answer) {
        return switch (answer) {
            case Answer.NotSent(var why) -> new Carried.Later(why, true);
            case Answer.Unclear(var why) -> new Carried.Unknown(why);
            case Answer.Answered(var status, var start) -> {
                if (provider.success().contains(status)) {
                    yield new Carried.Sent(id(provider.idPointer(), start));
                }
                yield switch (status) {
                    // Our credentials, our pace, or its house: it takes nothing of ours now.
                    case 401, 403, 429, 503 -> new Carried.Later("status " + status, true);
                    default ->
                        status >= 400 && status <= 499
                                ? new Carried.Refused("status " + status)
                                : new Carried.Unknown("status " + status);
                };
            }
        };
    }

    private @Nullable String id(@Nullable String pointer, String answer) {
        if (pointer == null) {
            return null;
        }
        try {
            Object at = json.readValue(answer, Argument.OBJECT_ARGUMENT);
            for (var name : pointer.substring(1).split("/", -1)) {
                at = at instanceof Map<?, ?> map
                        ? map.get(name)
                        : at instanceof List<?> list
                                        && name.matches("[0-9]{1,4}")
                                        && Integer.parseInt(name) < list.size()
                                ? list.get(Integer.parseInt(name))
                                : null;
            }
            var text = at == null ? null : at.toString();
            return text == null || text.length() > 200 ? null : text;
        } catch (IOException notJson) {
            return null; // the message went out all the same
        }
    }
}
