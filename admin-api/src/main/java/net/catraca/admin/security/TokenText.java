package net.catraca.admin.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The token itself, as a client sends it: opaque, and never shown by {@code toString}. */
public final class TokenText {

    /** A name in front lets people and secret scanners see what leaked. */
    private static final String PREFIX = "catraca_";

    private static final int RANDOM_OCTETS = 32;
    private static final Pattern GENERATED = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

    /** RFC 6750 §2.1, b64token; longer ones are nobody's. */
    private static final Pattern SENDABLE = Pattern.compile("[A-Za-z0-9._~+/-]{1,200}=*");

    private final String text;

    private TokenText(String text) {
        this.text = text;
    }

    static TokenText generate(SecureRandom random) {
        byte[] octets = new byte[RANDOM_OCTETS];
        random.nextBytes(octets);
        return new TokenText(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    /** @throws IllegalArgumentException when no client could send it */
    static TokenText of(String text) {
        if (!SENDABLE.matcher(text).matches()) {
            throw new IllegalArgumentException("token: expected 1 to 200 letters, digits or - . _ ~ + /");
        }
        return new TokenText(text);
    }

    /** What a client sent, or nothing when it can be no token. */
    static Optional<TokenText> sent(String text) {
        return SENDABLE.matcher(text).matches() ? Optional.of(new TokenText(text)) : Optional.empty();
    }

    /** Whether it has the form of those generated here: 256 random bits, which nobody guesses. */
    boolean isUnguessable() {
        return GENERATED.matcher(text).matches();
    }

    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** The token, to be shown once to who asked for it. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "TokenText[hidden]";
    }
}
