package net.catraca.admin.daemon;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.http.HttpDefaults;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.billing.store.Migrations;

/** What the settings mean to Micronaut. */
final class ContextProperties {

    /**
     * How long a database may say nothing, in seconds, before its connection is given up: a frozen or vanished host
     * closes none. What takes longer sets its own limit. Parameters of an operator's URL go before these.
     */
    private static final Map<String, Object> SILENT_DATABASE =
            Map.of("connectTimeout", "2", "socketTimeout", "10", "tcpKeepAlive", "true");

    private ContextProperties() {}

    static Map<String, Object> of(Settings settings, DatabaseAccess database) {
        var properties = new HashMap<>(HttpDefaults.properties());
        properties.putAll(settings.properties());
        properties.putAll(database(settings, database));
        properties.putAll(http(settings));
        properties.putAll(management());
        return properties;
    }

    private static Map<String, Object> database(Settings settings, DatabaseAccess database) {
        return Map.ofEntries(
                Map.entry("datasources.default.url", database.url()),
                Map.entry("datasources.default.username", database.user()),
                Map.entry("datasources.default.password", database.password()),
                Map.entry("datasources.default.driver-class-name", "org.postgresql.Driver"),
                Map.entry("datasources.default.dialect", "POSTGRES"),
                Map.entry("datasources.default.pool-name", "catraca"),
                Map.entry("datasources.default.maximum-pool-size", settings.get(Schema.DB_POOL)),
                Map.entry("datasources.default.minimum-idle", 2),
                // A daemon may start while the database is away; Migrations then waits for it.
                Map.entry("datasources.default.initialization-fail-timeout", -1),
                Map.entry("datasources.default.validation-timeout", 1000),
                Map.entry("datasources.default.data-source-properties", SILENT_DATABASE),
                Map.entry("flyway.datasources.default.enabled", false),
                Map.entry(Migrations.PROPERTY, true));
    }

    private static Map<String, Object> http(Settings settings) {
        var properties = new HashMap<String, Object>();
        int port = settings.get(Schema.HTTP_PORT);
        properties.put("micronaut.server.port", port == 0 ? -1 : port); // Micronaut's word for "any"
        List<InetAddress> addresses = settings.get(Schema.HTTP_ADDRESSES).addresses();
        if (!addresses.isEmpty()) {
            properties.put("micronaut.server.host", addresses.getFirst().getHostAddress());
        }
        return properties;
    }

    /** Health and metrics are for machines that have no token, and say nothing of customers. */
    private static Map<String, Object> management() {
        return Map.ofEntries(
                Map.entry("endpoints.all.enabled", false),
                Map.entry("endpoints.health.enabled", true),
                Map.entry("endpoints.health.sensitive", false),
                Map.entry("endpoints.health.details-visible", "ANONYMOUS"),
                // Ours alone: these would tell strangers paths and addresses, or nothing.
                Map.entry("endpoints.health.jdbc.enabled", false),
                Map.entry("endpoints.health.disk-space.enabled", false),
                Map.entry("endpoints.health.discovery-client.enabled", false),
                Map.entry("endpoints.health.graceful-shutdown.enabled", false),
                Map.entry("endpoints.health.service-ready-indicator-enabled", false),
                Map.entry("endpoints.prometheus.enabled", true),
                Map.entry("endpoints.prometheus.sensitive", false),
                Map.entry("micronaut.metrics.enabled", true),
                Map.entry("micronaut.metrics.export.prometheus.enabled", true),
                Map.entry("micronaut.metrics.export.prometheus.step", "PT10S"));
    }
}
