package net.catraca.admin.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.admin.simulator.Progress;
import net.catraca.admin.simulator.ReportText;
import net.catraca.admin.simulator.Simulator;

/** Shows a simulation each second: a block that is drawn over where there is a terminal, else a line. */
final class SimulationScreen {

    private final Simulator simulator;
    private final PrintWriter out;
    private final boolean terminal;
    private Progress before;
    private int shown;

    SimulationScreen(Simulator simulator, PrintWriter out, boolean terminal) {
        this.simulator = simulator;
        this.out = out;
        this.terminal = terminal;
        this.before = simulator.progress();
    }

    /** Until so long has passed, or somebody interrupts, or the simulation breaks off. */
    void showUntil(CountDownLatch interrupted, Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() - end < 0 && !simulator.isOver()) {
            long wait = Math.min(TimeUnit.SECONDS.toNanos(1), Math.max(0, end - System.nanoTime()));
            if (interrupted.await(wait, TimeUnit.NANOSECONDS)) {
                return;
            }
            show();
        }
    }

    private void show() {
        Progress now = simulator.progress();
        if (terminal) {
            clear();
            List<String> block = ReportText.block(now, before);
            block.forEach(out::println);
            shown = block.size();
        } else {
            out.println(ReportText.line(now, before));
        }
        out.flush();
        before = now;
    }

    /** Takes the block away. */
    void clear() {
        if (shown > 0) {
            // Up to its first line, and clear from there.
            out.printf("\u001b[%dA\u001b[J", shown);
            shown = 0;
        }
    }
}
