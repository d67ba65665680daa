package net.catraca.admin.http;

import java.util.Map;
import net.catraca.billing.office.BankFiles;

/** What the HTTP API needs of Micronaut's configuration; the launcher lays it below an operator's settings. */
public final class HttpDefaults {

    /** A request body may be so large: a bulk of 500 receivables has a quarter of it. */
    public static final int MAX_BODY_OCTETS = 1 << 20;

    /** Method, path and query: the longest of ours has some 300. */
    static final int MAX_LINE_OCTETS = 4096;

    /** All headers of a request; browsers and proxies add some kilobytes. */
    static final int MAX_HEADER_OCTETS = 16384;

    /** Characters of any text in a request; a field's own bound is usually less. */
    public static final int MAX_TEXT = 2000;

    private HttpDefaults() {}

    public static Map<String, Object> properties() {
        return Map.ofEntries(
                // Of a file that streams to the disk; what is read whole has its own bound below.
                Map.entry("micronaut.server.max-request-size", BankFiles.MOST_OCTETS + MAX_BODY_OCTETS),
                Map.entry("micronaut.server.multipart.enabled", true),
                Map.entry("micronaut.server.multipart.disk", true),
                Map.entry("micronaut.server.multipart.max-file-size", BankFiles.MOST_OCTETS),
                // A body is read whole before anything is done with it.
                Map.entry("micronaut.server.max-request-buffer-size", MAX_BODY_OCTETS),
                Map.entry("micronaut.server.netty.max-initial-line-length", MAX_LINE_OCTETS),
                Map.entry("micronaut.server.netty.max-header-size", MAX_HEADER_OCTETS),
                // A client that sends nothing for so long is let go.
                Map.entry("micronaut.server.idle-timeout", "60s"),
                Map.entry("micronaut.server.netty.keep-alive-on-server-error", true),
                Map.entry("micronaut.server.date-header", true),
                Map.entry("micronaut.server.netty.server-type", "HTTP_1_1"),
                // A field without a value is written as null: clients see that it exists.
                Map.entry("micronaut.serde.serialization.inclusion", "ALWAYS"),
                Map.entry("micronaut.serde.write-binary-as-array", false),
                Map.entry("micronaut.serde.time-write-shape", "STRING"),
                // With PostgreSQL away a request is told so within this time instead of the pool's 30 s.
                Map.entry("datasources.default.connection-timeout", 2000));
    }
}
