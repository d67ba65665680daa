package net.catraca.billing.secret;

import java.nio.charset.StandardCharsets;

/**
 * What a secret is sealed for. It is authenticated with the secret, so that a sealed value copied to where another kind
 * is kept does not open there.
 */
public record Purpose(String name) {

    public static final Purpose SUBSCRIBER_SECRET = new Purpose("subscriber-secret");
    public static final Purpose NAS_SECRET = new Purpose("nas-secret");
    public static final Purpose DIRECTORY_SNAPSHOT = new Purpose("directory-snapshot");

    public static final Purpose WEBHOOK_SECRET = new Purpose("webhook-secret");

    /** Headers with credentials of who carries SMS and WhatsApp. */
    public static final Purpose NOTICE_PROVIDER = new Purpose("notice-provider");

    /** What webhooks to others are signed with. */
    public static final Purpose WEBHOOK_SIGNING = new Purpose("webhook-signing");

    /** One piece of something that is sealed in pieces: pieces do not open in another's place. */
    public Purpose piece(String which) {
        return new Purpose(name + "/" + which);
    }

    byte[] octets() {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
