package net.catraca.admin.cutover;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be imported, in the order in which one refers to another. A table each, called as the constant is. */
public enum CutOverKind {
    NAS("name", "address", "secret", "vendor", "region", "coa_port"),
    CUSTOMERS("external_id", "name", "tax_id", "email", "phone"),
    CONTRACTS(
            "external_id",
            "customer",
            "plan",
            "policy",
            "billing_mode",
            "money_source",
            "financial_base_date",
            "signed_on",
            "activated_on",
            "region",
            "status",
            "reason"),
    LOGINS(
            "login",
            "contract",
            "password",
            "password_hash",
            "nt_hash",
            "mac",
            "circuit_id",
            "remote_id",
            "ipv4",
            "ipv6_prefix",
            "delegated_ipv6_prefix",
            "routes",
            "mac_lock",
            "locked_mac",
            "locked_region",
            "locked_port",
            "circuit_lock",
            "sessions"),
    RECEIVABLES(
            "external_id",
            "contract",
            "kind",
            "amount",
            "issued_on",
            "due_on",
            "coverage_first",
            "coverage_last",
            "counts_for_blocking"),
    STANDINGS("contract", "paid_until", "oldest_due_on"),
    QUOTAS("contract", "kind", "granted_at", "days", "debt_due_on"),
    COMMITMENTS("contract", "level"),
    SESSIONS(
            "nas",
            "acct_session_id",
            "user_name",
            "port",
            "started_at",
            "calling_station_id",
            "ipv4",
            "ipv6_prefix",
            "delegated_ipv6_prefix",
            "input_octets",
            "output_octets");

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable
    private final List<String> columns;

    CutOverKind(String... columns) {
        this.columns = List.of(columns);
    }

    /** Those that are read; others are ignored. The first one names the row. */
    public List<String> columns() {
        return columns;
    }

    /** The name of its table, and of its file. */
    public String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of all tables, in the order in which they are imported. */
    public static List<String> tables() {
        return Arrays.stream(values()).map(CutOverKind::table).toList();
    }
}
