package net.catraca.billing.bench;

import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.testing.Fixtures.NOW;
import static net.catraca.billing.testing.Fixtures.TODAY;
import static net.catraca.billing.testing.Fixtures.noon;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;

/**
 * The heap that subscribers take, with their contracts and credentials but without the directory's maps: a login, a
 * password with its NT hash and a MAC each, a fixed address for one in ten, a circuit for one in five; one in ten late,
 * one in fifty paused once or let through.
 */
public final class DirectoryFootprint {

    private static final int DEFAULT_SUBSCRIBERS = 1_000_000;

    private DirectoryFootprint() {}

    /** @param args the number of subscribers, a million unless given */
    @SuppressWarnings("SystemOut") // a measurement run by hand, not the daemon
    public static void main(String[] args) {
        int count = args.length == 0 ? DEFAULT_SUBSCRIBERS : Integer.parseInt(args[0]);
        var random = new Random(1);
        var contracts = new ContractSnapshot[count];
        long empty = usedHeap();
        for (int i = 0; i < count; i++) {
            contracts[i] = contract(i, random);
        }
        long withContracts = usedHeap();
        var subscribers = new SubscriberSnapshot[count];
        long withArray = usedHeap();
        for (int i = 0; i < count; i++) {
            subscribers[i] = subscriber(i, contracts[i], random);
        }
        long withSubscribers = usedHeap();
        long contractBytes = (withContracts - empty) / count;
        long subscriberBytes = (withSubscribers - withArray) / count;
        // Both arrays are in use until here, or the collector would have taken what is to be measured.
        System.out.printf(
                "%,d subscribers: contract %d B, subscriber with credential %d B, together %d B%n",
                Math.max(contracts.length, subscribers.length),
                contractBytes,
                subscriberBytes,
                contractBytes + subscriberBytes);
    }

    private static ContractSnapshot contract(int id, Random random) {
        var builder = Fixtures.contract()
                .id(id)
                .customer(id)
                .mode(random.nextBoolean() ? BillingMode.PREPAID : BillingMode.POSTPAID)
                .paidUntil(TODAY.minusDays(random.nextInt(60)).toString())
                .lateSince(TODAY.plusDays(random.nextInt(30)));
        int chance = random.nextInt(100);
        if (chance < 10) {
            var late = TODAY.minusDays(15 + random.nextInt(60));
            builder.lateSince(late).committed(chance < 5 ? REDUCED : BLOCKED, noon("2026-09-14"));
        }
        if (chance < 2) {
            builder.trustUnlock(NOW, NOW.plusSeconds(100_000));
        } else if (chance > 97) {
            builder.pause("2026-09-01", "2026-12-01");
        }
        return builder.build();
    }

    private static SubscriberSnapshot subscriber(int id, ContractSnapshot contract, Random random) {
        var ntHash = new byte[16];
        random.nextBytes(ntHash);
        var password = "pw-%08x".formatted(random.nextInt()).getBytes(StandardCharsets.UTF_8);
        return new SubscriberSnapshot(
                id,
                1,
                "cliente.%07d@fibra.example".formatted(id),
                contract,
                new Credential.Recoverable(password, ntHash),
                "02%010x".formatted(id),
                id % 5 == 0 ? "olt-%02d 0/%d/%d/%d:100".formatted(id % 40, id % 8, id % 16, id % 128) : null,
                null,
                id % 10 == 0 ? "10.%d.%d.%d".formatted(id >> 16 & 255, id >> 8 & 255, id & 255) : null,
                null,
                null,
                List.of());
    }

    private static long usedHeap() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
