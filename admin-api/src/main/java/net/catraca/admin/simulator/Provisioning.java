package net.catraca.admin.simulator;

import io.micronaut.json.tree.JsonNode;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import net.catraca.billing.access.AccessLevel;

/** Makes the server know the NASes and subscribers of a simulation, through its API, and takes the NASes away again. */
public final class Provisioning {

    /** Contracts are made side by side, fewer than a server has connections to its database. */
    private static final int AT_ONCE = 4;

    private static final String LOGIN = "sim-";
    private static final String TAG = "simulator-";

    private final AdminApi admin;
    private final AdminApi billing;
    private final List<Long> nases = new ArrayList<>();

    /**
     * @param admin with a token that may write NASes
     * @param billing with a token that may write customers, contracts and subscribers; may be the same
     */
    public Provisioning(AdminApi admin, AdminApi billing) {
        this.admin = admin;
        this.billing = billing;
    }

    /**
     * Registers NASes for the addresses 127.0.1.1 and up, each with a secret of its own. Some that an earlier simulation
     * left behind are replaced.
     *
     * @param models in turn
     * @param address by number, from 0
     * @param firstCoaPort of the first; each next one has the next
     */
    public List<NasSettings> registerNases(
            int count, List<RouterModel> models, IntFunction<InetAddress> address, int firstCoaPort) {
        removeLeftBehind();
        var random = new SecureRandom();
        List<NasSettings> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] secret = new byte[16];
            random.nextBytes(secret);
            var nas = NasSettings.of(
                    TAG + (i + 1),
                    address.apply(i),
                    HexFormat.of().formatHex(secret),
                    models.get(i % models.size()),
                    firstCoaPort + i);
            nases.add(register(nas));
            made.add(nas);
        }
        return made;
    }

    private long register(NasSettings nas) {
        String host = nas.source().getHostAddress();
        return AdminApi.number(
                admin.post(
                        "/api/v1/nases",
                        Map.of(
                                "name", nas.name(),
                                "prefix", host + (host.contains(":") ? "/128" : "/32"),
                                "secret", nas.secret(),
                                "vendor", nas.model().word(),
                                "region", "simulator",
                                "coaPort", nas.coaPort(),
                                "messageAuthenticator", "accept")),
                "id");
    }

    private void removeLeftBehind() {
        admin.items("/api/v1/nases", "").stream()
                .filter(nas -> AdminApi.text(nas, "name").startsWith(TAG))
                .forEach(nas -> admin.delete("/api/v1/nases/" + AdminApi.number(nas, "id")));
    }

    /** Takes away the NASes that were registered. Their sessions' history stays. */
    public void removeNases() {
        nases.forEach(id -> admin.delete("/api/v1/nases/" + id));
        nases.clear();
    }

    /**
     * Makes subscribers with active contracts of a customer of their own, or finds those that an earlier simulation
     * made. They stay: what they used is worth reading afterwards.
     *
     * @param planId of their contracts
     * @param today first day of coverage of a new contract
     */
    public List<Account> subscribers(int count, long planId, LocalDate today) {
        long customer = customer();
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Account>> wanted = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                int number = i;
                wanted.add(workers.submit(() -> subscriber(number, customer, planId, today)));
            }
            List<Account> made = new ArrayList<>();
            for (Future<Account> one : wanted) {
                made.add(one.get());
            }
            return made;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SimulationException("interrupted while making subscribers", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof SimulationException why
                    ? why
                    : new SimulationException("subscribers cannot be made: " + e.getCause(), e);
        }
    }

    /**
     * The logins that a server has, at most as many as can be simulated. Whether one is refused is asked for each.
     *
     * @param password of a login
     */
    public static List<Account> known(AdminApi api, UnaryOperator<String> password) {
        return api.items("/api/v1/subscribers", "").stream()
                .filter(subscriber -> !AdminApi.text(subscriber, "login").startsWith(LOGIN))
                .limit(SimulationSettings.MOST_ACCOUNTS)
                .map(subscriber -> AdminApi.text(subscriber, "login"))
                .map(login -> new Account(login, password.apply(login), null, isRefused(api, login)))
                .toList();
    }

    private static boolean isRefused(AdminApi api, String login) {
        JsonNode access = api.get("/api/v1/subscribers/" + AdminApi.encoded(login) + "/access");
        return AdminApi.text(access, "level").equalsIgnoreCase(AccessLevel.REFUSED.name());
    }

    private Account subscriber(int number, long customer, long planId, LocalDate today) {
        String login = LOGIN + number;
        String password = login + "-pass";
        if (billing.find("/api/v1/subscribers/" + login).isEmpty()) {
            Map<String, Object> contract = new LinkedHashMap<>();
            contract.put("customerId", customer);
            contract.put("planId", planId);
            contract.put("billingMode", "postpaid");
            contract.put("financialBaseDate", today.toString());
            contract.put("signedOn", today.toString());
            contract.put("activatedOn", today.toString());
            long id = AdminApi.number(billing.post("/api/v1/contracts", contract), "id");
            billing.post("/api/v1/contracts/" + id + "/subscribers", Map.of("login", login, "password", password));
        }
        return Account.of(login, password);
    }

    private long customer() {
        JsonNode found = billing.get("/api/v1/customers?externalId=" + TAG + "customer");
        JsonNode items = found.get("items");
        if (items != null && items.size() > 0) {
            return AdminApi.number(java.util.Objects.requireNonNull(items.get(0)), "id");
        }
        return AdminApi.number(
                billing.post(
                        "/api/v1/customers",
                        Map.of(
                                "externalId",
                                TAG + "customer",
                                "name",
                                "Simulated subscribers",
                                // A number with right check digits that belongs to the tests of many programs.
                                "taxId",
                                "529.982.247-25")),
                "id");
    }

    /** The plan of that name, or the first there is. */
    public long plan(String name) {
        JsonNode items = billing.get("/api/v1/plans?limit=200").get("items");
        if (items != null) {
            for (JsonNode plan : items.values()) {
                if (name.isEmpty() || AdminApi.text(plan, "name").equals(name)) {
                    return AdminApi.number(plan, "id");
                }
            }
        }
        throw new SimulationException(
                name.isEmpty() ? "the server has no plan; make one first" : "the server has no plan \"" + name + '"',
                null);
    }
}
