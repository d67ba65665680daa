package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReportsTest {

    private final AtomicInteger wakes = new AtomicInteger();
    private final Reports reports = new Reports(wakes::incrementAndGet);

    private List<Long> ordersTaken() {
        var taken = new ArrayList<Long>();
        reports.forEachOrder(order -> taken.add(order.sessionId()));
        return taken;
    }

    @Test
    void aDefectInDealingWithOneLosesNoOther() {
        for (long id = 1; id <= 3; id++) {
            reports.order(Order.pushProfile(id, "ana"));
        }
        Consumer<Order> defect = _ -> {
            throw new IllegalStateException("a defect");
        };
        assertThatThrownBy(() -> reports.forEachOrder(defect)).hasMessage("a defect");
        assertThat(ordersTaken()).containsExactly(2L, 3L);
    }

    @Test
    void whatIsReportedMeanwhileIsForTheNextStep() {
        reports.order(Order.pushProfile(1, "ana"));
        reports.forEachOrder(order -> reports.order(Order.pushProfile(order.sessionId() + 1, "ana")));
        assertThat(ordersTaken()).containsExactly(2L);
    }

    @Test
    void aSessionReportedOftenIsLookedAtOnceAndNoMoreAtATimeThanSaid() {
        for (long id = 1; id <= 5; id++) {
            reports.sessionChanged(id);
            reports.sessionChanged(id);
        }
        var taken = new ArrayList<Long>();
        reports.forEachSession(3, taken::add);
        assertThat(taken).hasSize(3);
        reports.forEachSession(3, taken::add);
        assertThat(taken).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void contractsAndOrdersWakeAndSessionsWaitForTheNextStep() {
        reports.contractChanged(1);
        reports.order(Order.pushProfile(1, "ana"));
        assertThat(wakes).hasValue(2);
        reports.sessionChanged(1);
        reports.contractDue(1);
        reports.sweep();
        assertThat(wakes).hasValue(2);
    }
}
