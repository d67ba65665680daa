package net.catraca.admin.demo;

import java.text.Normalizer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import net.catraca.admin.demo.DemoContract.Condition;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.TaxId;

/**
 * Who is on the demo ISP's books on a day. Ten logins say what they are; the others are drawn, always the same ones,
 * with the spread of due days and delays of a small town's provider.
 */
final class DemoContracts {

    static final int DRAWN = 300;

    /** On the books after the access run of the seed: the next run's preview shows them. */
    static final int LATE_COMERS = 12;

    private static final int NAMED_PAID_MONTHS = 2;

    /** Payments are half of the seed's time; a month of them fills the lists. */
    private static final int DRAWN_PAID_MONTHS = 1;

    private static final long SEED = 20_140_218;

    private static final List<String> FIRST_NAMES = List.of(
            "Ana",
            "Antônio",
            "Beatriz",
            "Bruno",
            "Camila",
            "Carlos",
            "Cláudia",
            "Daniel",
            "Débora",
            "Eduardo",
            "Elisa",
            "Fábio",
            "Fernanda",
            "Francisca",
            "Gabriel",
            "Helena",
            "Igor",
            "Isabela",
            "João",
            "José",
            "Júlia",
            "Larissa",
            "Leandro",
            "Luana",
            "Lucas",
            "Luiz",
            "Marcelo",
            "Márcia",
            "Maria",
            "Mateus",
            "Natália",
            "Otávio",
            "Patrícia",
            "Paulo",
            "Pedro",
            "Rafael",
            "Raimunda",
            "Renata",
            "Rodrigo",
            "Sandra",
            "Sebastião",
            "Sílvia",
            "Tatiane",
            "Thiago",
            "Vanessa",
            "Vinícius");
    private static final List<String> LAST_NAMES = List.of(
            "Almeida",
            "Alves",
            "Araújo",
            "Barbosa",
            "Batista",
            "Cardoso",
            "Carvalho",
            "Castro",
            "Correia",
            "Costa",
            "Dias",
            "Fernandes",
            "Ferreira",
            "Freitas",
            "Gomes",
            "Lima",
            "Lopes",
            "Machado",
            "Martins",
            "Mendes",
            "Monteiro",
            "Moreira",
            "Nascimento",
            "Oliveira",
            "Pereira",
            "Pinto",
            "Ribeiro",
            "Rocha",
            "Rodrigues",
            "Santana",
            "Santos",
            "Silva",
            "Soares",
            "Souza",
            "Teixeira",
            "Vieira");
    private static final List<String> TRADES = List.of(
            "Padaria",
            "Farmácia",
            "Mercearia",
            "Oficina",
            "Clínica",
            "Escola",
            "Hotel",
            "Restaurante",
            "Papelaria",
            "Academia");

    private final LocalDate today;
    private final Random random = new Random(SEED);
    private final Set<String> logins = new HashSet<>();
    private final List<DemoContract> contracts = new ArrayList<>();

    private DemoContracts(LocalDate today) {
        this.today = today;
    }

    static List<DemoContract> on(LocalDate today) {
        var demo = new DemoContracts(today);
        demo.addNamed();
        for (int drawn = 0; drawn < DRAWN; drawn++) {
            demo.addDrawn();
        }
        for (int late = 0; late < LATE_COMERS; late++) {
            demo.addLateComer();
        }
        return List.copyOf(demo.contracts);
    }

    /**
     * Days late are chosen so that a due day which moves to the next banking day crosses no threshold of
     * {@link DemoPolicies}.
     */
    private void addNamed() {
        addNamed("active", prepaidUnpaidFrom(20), Condition.ORDINARY);
        addNamed("postpaid", postpaidUnpaidFrom(9), Condition.ORDINARY);
        addNamed("reduced", prepaidUnpaidFrom(-18), Condition.ORDINARY);
        addNamed("blocked", prepaidUnpaidFrom(-40), Condition.ORDINARY);
        addNamed("exempt", new Books(BillingMode.POSTPAID, today.minusDays(200), List.of()), Condition.EXEMPT);
        addNamed("paused", prepaidUnpaidFrom(12), Condition.PAUSED);
        addNamed("manual-block", prepaidUnpaidFrom(14), Condition.MANUAL_BLOCK);
        addNamed("awaiting", new Books(BillingMode.PREPAID, today.minusDays(2), List.of()), Condition.AWAITING);
        addNamed("cancelled", prepaidUnpaidFrom(5), Condition.CANCELLED);
        addNamed("unlocked", prepaidUnpaidFrom(-42), Condition.ON_TRUST);
    }

    /** How a contract is billed, and what stands on its books. */
    private record Books(BillingMode mode, LocalDate base, List<Bill> bills) {}

    /** @param days until the oldest unpaid bill falls due; negative when it is late */
    private Books prepaidUnpaidFrom(int days) {
        return books(BillingMode.PREPAID, NAMED_PAID_MONTHS, days);
    }

    private Books postpaidUnpaidFrom(int days) {
        return books(BillingMode.POSTPAID, NAMED_PAID_MONTHS, days);
    }

    private Books books(BillingMode mode, int paidMonths, int days) {
        List<Bill> bills = Bill.unpaidSince(paidMonths, today.plusDays(days), mode == BillingMode.PREPAID, today);
        return new Books(mode, bills.getFirst().first(), bills);
    }

    private void addNamed(String login, Books books, Condition condition) {
        add(login, "Demo " + login, person(), "Fibra 300", books, condition, false);
    }

    private void addDrawn() {
        int lot = random.nextInt(1000);
        Condition condition = Condition.ORDINARY;
        int days;
        if (lot < 680) {
            days = random.nextInt(1, 29);
        } else if (lot < 800) {
            days = -random.nextInt(1, 10);
        } else if (lot < 885) {
            days = -random.nextInt(14, 29);
        } else if (lot < 940) {
            days = -random.nextInt(34, 75);
        } else if (lot < 955) {
            days = -random.nextInt(90, 200);
        } else {
            days = random.nextInt(1, 25);
            condition = unusual(lot);
        }
        addDrawn(days, condition, false);
    }

    private static Condition unusual(int lot) {
        if (lot < 965) {
            return Condition.CANCELLED;
        }
        if (lot < 973) {
            return Condition.PAUSED;
        }
        if (lot < 981) {
            return Condition.EXEMPT;
        }
        return lot < 989 ? Condition.AWAITING : Condition.MANUAL_BLOCK;
    }

    private void addLateComer() {
        addDrawn(-random.nextInt(14, 50), Condition.ORDINARY, true);
    }

    private void addDrawn(int days, Condition condition, boolean afterTheRun) {
        boolean company = random.nextInt(12) == 0;
        String name = company
                ? one(TRADES) + " " + one(LAST_NAMES)
                : one(FIRST_NAMES) + " " + one(LAST_NAMES) + " " + one(LAST_NAMES);
        BillingMode mode = company || random.nextInt(3) == 0 ? BillingMode.POSTPAID : BillingMode.PREPAID;
        boolean hasBills = condition != Condition.EXEMPT && condition != Condition.AWAITING;
        Books books =
                hasBills ? books(mode, DRAWN_PAID_MONTHS, days) : new Books(mode, today.minusDays(days), List.of());
        add(
                login(name),
                name,
                company ? company() : person(),
                company ? "Empresa 1000" : plan(),
                books,
                condition,
                afterTheRun);
    }

    private void add(
            String login,
            String customer,
            TaxId taxId,
            String plan,
            Books books,
            Condition condition,
            boolean afterTheRun) {
        contracts.add(new DemoContract(
                login,
                customer,
                taxId.value(),
                plan,
                books.mode(),
                books.base(),
                books.bills(),
                condition,
                afterTheRun));
    }

    private String plan() {
        int lot = random.nextInt(10);
        if (lot < 2) {
            return "Rádio 20";
        }
        return lot < 6 ? "Fibra 300" : "Fibra 600";
    }

    /** ana.souza, then ana.souza2, … */
    private String login(String name) {
        String ascii = Normalizer.normalize(name, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
        String base = ascii.replaceFirst("^(\\S+) .*?(\\S+)$", "$1.$2");
        String login = base;
        for (int number = 2; !logins.add(login); number++) {
            login = base + number;
        }
        return login;
    }

    private TaxId person() {
        return TaxId.completed("%09d".formatted(random.nextInt(100_000_000, 1_000_000_000)));
    }

    private TaxId company() {
        return TaxId.completed("%08d0001".formatted(random.nextInt(10_000_000, 100_000_000)));
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
