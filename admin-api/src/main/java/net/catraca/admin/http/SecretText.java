package net.catraca.admin.http;

import io.swagger.v3.oas.annotations.media.Schema;

/** A password or shared secret in a request: read, never written or shown. */
@Schema(type = "string", format = "password")
public final class SecretText {

    private final String text;

    public SecretText(String text) {
        this.text = text;
    }

    /** The secret itself. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "[hidden]";
    }
}
