package net.catraca.admin.cutover;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.catraca.billing.contract.Contract;
import org.jspecify.annotations.Nullable;

/**
 * FreeRADIUS's and daloRADIUS's tables as the tables of an import. A login is a contract of its own, called {@code
 * radius:} and the login, of a customer called the same, unless the map names another contract; its group is its plan.
 * Logins are held in memory, some hundred octets each; accounting streams by.
 */
public final class FreeRadius implements Tables {

    /** Before the external ids of what only FreeRADIUS knows. */
    public static final String PREFIX = "radius:";

    private static final Set<String> CLEAR = Set.of("cleartext-password", "user-password");
    private static final Set<String> UNREADABLE = Set.of(
            "lm-password",
            "md5-password",
            "smd5-password",
            "sha-password",
            "ssha-password",
            "sha1-password",
            "sha2-password",
            "chap-password");
    private static final DateTimeFormatter EXPIRATION = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
    private static final List<String> VENDORS =
            List.of("mikrotik", "cisco", "juniper", "huawei", "nokia", "zte", "accel-ppp", "wispr");

    /**
     * @param contracts by login in lower case: of logins whose contracts come from elsewhere
     * @param taxIdColumn of userinfo, which has none of its own
     * @param blockedGroups groups in lower case whose members are blocked for money, beside {@code Auth-Type := Reject}
     * @param reducedGroups groups in lower case whose members are reduced for money
     */
    public record Options(
            Map<String, String> contracts, String taxIdColumn, Set<String> blockedGroups, Set<String> reducedGroups) {

        public Options {
            contracts = Map.copyOf(contracts);
            blockedGroups = Set.copyOf(blockedGroups);
            reducedGroups = Set.copyOf(reducedGroups);
        }
    }

    private final Tables source;
    private final Options options;
    private final CutOverReport report;
    private final LocalDate today;
    private final Map<String, Login> logins = new LinkedHashMap<>();
    private boolean hasNas;

    private static final class Login {
        private final String name;
        private final long number;
        private @Nullable String plan;
        private long priority = Long.MAX_VALUE;
        private @Nullable String level;
        private @Nullable LocalDate expiration;
        private @Nullable LocalDate begun;
        private @Nullable LocalDate nextBill;
        private final Map<String, @Nullable String> cells = new HashMap<>();
        private final Map<String, @Nullable String> person = new HashMap<>();

        Login(String name, long number) {
            this.name = name;
            this.number = number;
        }
    }

    private @Nullable Instant oldest;

    private FreeRadius(Tables source, Options options, CutOverReport report, Instant now) {
        this.source = source;
        this.options = options;
        this.report = report;
        this.today = LocalDate.ofInstant(now, Contract.DEFAULT_ZONE);
    }

    /** Reads who there is. What has no counterpart is told to the report as ignored. */
    public static FreeRadius read(Tables source, Options options, CutOverReport report, Instant now)
            throws IOException {
        var radius = new FreeRadius(source, options, report, now);
        radius.readAll();
        return radius;
    }

    private void readAll() throws IOException {
        if (!source.has("radcheck")) {
            throw new IOException("expected a table radcheck (in a folder: radcheck.tsv), and there is none");
        }
        read("radcheck", this::check);
        read("radreply", this::reply);
        read("radusergroup", this::group);
        read("userbillinfo", this::bill);
        read("userinfo", this::person);
        read(
                "radgroupreply",
                line -> ignore(
                        line,
                        line.cell("groupname"),
                        line.cell("attribute") + " of a group: rates and pools are the plan's here"));
        hasNas = source.has("nas");
    }

    private void read(String table, Visitor visitor) throws IOException {
        if (source.has(table)) {
            var asOf = source.asOf(table);
            if (asOf != null && (oldest == null || asOf.isBefore(oldest))) {
                oldest = asOf;
            }
            source.each(table, visitor);
        }
    }

    private @Nullable Login login(Line line, boolean make) {
        var name = line.cell("username");
        if (name == null) {
            return null;
        }
        String key = name.toLowerCase(Locale.ROOT);
        return make ? logins.computeIfAbsent(key, _ -> new Login(name, line.number())) : logins.get(key);
    }

    private void check(Line line) {
        var login = login(line, true);
        var attribute = line.cell("attribute");
        var value = line.cell("value");
        if (login == null || attribute == null || value == null) {
            return;
        }
        String name = attribute.toLowerCase(Locale.ROOT);
        if (CLEAR.contains(name)) {
            login.cells.put("password", value);
        } else if (name.equals("crypt-password")) {
            login.cells.put("password_hash", value);
        } else if (name.equals("nt-password")) {
            login.cells.put("nt_hash", value);
        } else if (name.equals("password-with-header")) {
            withHeader(line, login, value);
        } else if (UNREADABLE.contains(name)) {
            ignore(line, login.name, attribute + " cannot be checked here: give it a password, bcrypt or crypt");
        } else if (name.equals("calling-station-id")) {
            login.cells.put("mac_lock", "fixed");
            login.cells.put("locked_mac", value);
        } else if (name.equals("simultaneous-use")) {
            login.cells.put("sessions", value);
        } else if (name.equals("auth-type") && value.equalsIgnoreCase("reject")) {
            login.level = "blocked";
        } else if (name.equals("expiration")) {
            login.expiration = expiration(value);
        } else {
            ignore(line, login.name, attribute + " has no counterpart");
        }
    }

    private void withHeader(Line line, Login login, String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (lower.startsWith("{crypt}")) {
            login.cells.put("password_hash", value.substring("{crypt}".length()));
        } else if (lower.startsWith("{clear}") || lower.startsWith("{cleartext}")) {
            login.cells.put("password", value.substring(value.indexOf('}') + 1));
        } else if (lower.startsWith("{nt}") || lower.startsWith("{nthash}") || lower.startsWith("{x-nthash}")) {
            login.cells.put("nt_hash", value.substring(value.indexOf('}') + 1));
        } else {
            ignore(line, login.name, "a password with this header cannot be checked here");
        }
    }

    private @Nullable LocalDate expiration(String value) {
        var words = value.split("\\s+", -1);
        try {
            return words.length < 3
                    ? null
                    : LocalDate.parse(String.join(" ", words[0], words[1], words[2]), EXPIRATION);
        } catch (DateTimeParseException e) {
            return null; // it only helps to know since when somebody is late
        }
    }

    private void reply(Line line) {
        var login = login(line, false);
        var attribute = line.cell("attribute");
        var value = line.cell("value");
        if (login == null || attribute == null || value == null) {
            ignore(line, line.cell("username"), "it is no login of radcheck");
            return;
        }
        switch (attribute.toLowerCase(Locale.ROOT)) {
            case "framed-ip-address" -> login.cells.put("ipv4", value);
            case "framed-ipv6-prefix" -> login.cells.put("ipv6_prefix", value);
            case "delegated-ipv6-prefix" -> login.cells.put("delegated_ipv6_prefix", value);
            case "framed-route" -> login.cells.merge("routes", value, (one, other) -> one + "|" + other);
            default ->
                ignore(line, login.name, attribute + ": what a router is sent follows from plan and vendor here");
        }
    }

    private void group(Line line) {
        var login = login(line, false);
        var group = line.cell("groupname");
        if (login == null || group == null) {
            ignore(line, line.cell("username"), "it is no login of radcheck");
            return;
        }
        String name = group.toLowerCase(Locale.ROOT);
        if (options.blockedGroups().contains(name)) {
            login.level = "blocked";
        } else if (options.reducedGroups().contains(name)) {
            login.level = login.level == null ? "reduced" : login.level;
        } else {
            var told = line.cell("priority");
            long priority = told != null && told.matches("[0-9]{1,9}") ? Long.parseLong(told) : 1;
            if (priority < login.priority) {
                login.priority = priority;
                login.plan = group;
            }
        }
    }

    private void bill(Line line) {
        var login = login(line, false);
        if (login != null) {
            var cells = new Cells(line);
            login.nextBill = cells.day("nextbill");
            login.begun = cells.day("creationdate");
            if (login.plan == null) {
                login.plan = line.cell("planname");
            }
        }
    }

    private void person(Line line) {
        var login = login(line, false);
        if (login == null) {
            return;
        }
        String first = Objects.toString(line.cell("firstname"), "");
        String last = Objects.toString(line.cell("lastname"), "");
        String name = (first + " " + last).strip();
        login.person.put("name", name.isEmpty() ? line.cell("company") : name);
        login.person.put("tax_id", line.cell(options.taxIdColumn()));
        login.person.put("email", line.cell("email"));
        var mobile = line.cell("mobilephone");
        login.person.put("phone", mobile == null ? line.cell("homephone") : mobile);
        if (login.begun == null) {
            login.begun = new Cells(line).day("creationdate");
        }
    }

    private void ignore(Line line, @Nullable String key, String why) {
        report.add(CutOverKind.LOGINS, line.number(), key, CutOverReport.Result.IGNORED, null, why);
    }

    /** As old as the oldest of the tables that it is made of. */
    @Override
    public @Nullable Instant asOf(String table) {
        return oldest;
    }

    @Override
    public boolean has(String table) {
        return switch (table) {
            case "nas" -> hasNas;
            case "customers", "contracts", "logins", "standings", "commitments" -> true;
            case "sessions" -> source.has("radacct");
            default -> false;
        };
    }

    @Override
    public void each(String table, Visitor visitor) throws IOException {
        switch (table) {
            case "nas" -> source.each("nas", line -> visitor.visit(nas(line)));
            case "customers" -> each(visitor, true, this::customer);
            case "contracts" -> each(visitor, true, this::contract);
            case "logins" -> each(visitor, false, this::login);
            case "standings" -> each(visitor, true, this::standing);
            case "commitments" -> each(visitor, false, this::commitment);
            case "sessions" ->
                source.each("radacct", line -> {
                    var stopped = line.cell("acctstoptime");
                    if (stopped == null || stopped.startsWith("0000-00-00")) {
                        visitor.visit(session(line));
                    }
                });
            default -> throw new IllegalArgumentException("table: expected one of ours, was " + table);
        }
    }

    private interface Making {
        /** Null for none. */
        @Nullable
        Map<String, @Nullable String> of(Login login);
    }

    private void each(Visitor visitor, boolean ownContractOnly, Making making) throws IOException {
        for (var login : logins.values()) {
            if (!ownContractOnly || !isMapped(login)) {
                var cells = making.of(login);
                if (cells != null) {
                    visitor.visit(new Line(login.number, cells));
                }
            }
        }
    }

    private boolean isMapped(Login login) {
        return options.contracts().containsKey(login.name.toLowerCase(Locale.ROOT));
    }

    private String contractOf(Login login) {
        return options.contracts().getOrDefault(login.name.toLowerCase(Locale.ROOT), PREFIX + login.name);
    }

    private Map<String, @Nullable String> customer(Login login) {
        Map<String, @Nullable String> cells = new HashMap<>(login.person);
        cells.put("external_id", PREFIX + login.name);
        return cells;
    }

    private Map<String, @Nullable String> contract(Login login) {
        Map<String, @Nullable String> cells = new HashMap<>();
        String begun = String.valueOf(login.begun == null ? today : login.begun);
        cells.put("external_id", PREFIX + login.name);
        cells.put("customer", PREFIX + login.name);
        cells.put("plan", login.plan);
        cells.put("billing_mode", "postpaid");
        // FreeRADIUS keeps no receivables: whoever does tells paid-until from now on.
        cells.put("money_source", "erp");
        cells.put("financial_base_date", begun);
        cells.put("activated_on", begun);
        return cells;
    }

    private Map<String, @Nullable String> login(Login login) {
        Map<String, @Nullable String> cells = new HashMap<>(login.cells);
        // Of several the one that most methods can be checked with.
        if (cells.containsKey("password")) {
            cells.keySet().removeAll(Set.of("nt_hash", "password_hash"));
        } else if (cells.containsKey("nt_hash")) {
            cells.remove("password_hash");
        }
        cells.put("login", login.name);
        cells.put("contract", contractOf(login));
        return cells;
    }

    /** Since when somebody restricted is late: since the bill that was due, else since the expiration. */
    private @Nullable Map<String, @Nullable String> standing(Login login) {
        var ends = login.nextBill == null ? login.expiration : login.nextBill;
        if (ends == null) {
            return null;
        }
        Map<String, @Nullable String> cells = new HashMap<>();
        cells.put("contract", contractOf(login));
        cells.put("paid_until", ends.minusDays(1).toString());
        if (login.level != null && ends.isBefore(today)) {
            cells.put("oldest_due_on", ends.toString());
        }
        return cells;
    }

    private @Nullable Map<String, @Nullable String> commitment(Login login) {
        if (login.level == null) {
            return null;
        }
        Map<String, @Nullable String> cells = new HashMap<>();
        cells.put("contract", contractOf(login));
        cells.put("level", login.level);
        return cells;
    }

    private static Line nas(Line line) {
        Map<String, @Nullable String> cells = new HashMap<>();
        var address = line.cell("nasname");
        var name = line.cell("shortname");
        String type = Objects.toString(line.cell("type"), "").toLowerCase(Locale.ROOT);
        cells.put("name", name == null ? address : name);
        cells.put("address", address);
        cells.put("secret", line.cell("secret"));
        cells.put("vendor", VENDORS.contains(type) ? type : "generic");
        return new Line(line.number(), cells);
    }

    private static Line session(Line line) {
        Map<String, @Nullable String> cells = new HashMap<>();
        cells.put("nas", host(line.cell("nasipaddress")));
        cells.put("acct_session_id", line.cell("acctsessionid"));
        cells.put("user_name", line.cell("username"));
        cells.put("port", line.cell("nasportid"));
        cells.put("started_at", line.cell("acctstarttime"));
        cells.put("calling_station_id", line.cell("callingstationid"));
        cells.put("ipv4", host(line.cell("framedipaddress")));
        cells.put("ipv6_prefix", line.cell("framedipv6prefix"));
        cells.put("delegated_ipv6_prefix", line.cell("delegatedipv6prefix"));
        cells.put("input_octets", line.cell("acctinputoctets"));
        cells.put("output_octets", line.cell("acctoutputoctets"));
        return new Line(line.number(), cells);
    }

    private static @Nullable String host(@Nullable String address) {
        return address == null ? null : address.replaceFirst("/(32|128)$", "");
    }

    /** How many logins there are. */
    public int size() {
        return logins.size();
    }
}
