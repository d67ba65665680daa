package net.catraca.billing.run;

/**
 * How far runs may go.
 *
 * @param maxRowsWithoutGuards a run of more rows is refused as long as no guard watches it; the demo may lift it
 */
public record RunSettings(int maxRowsWithoutGuards) {

    /** For an ISP with real subscribers. */
    public static final RunSettings CAREFUL = new RunSettings(50);

    /** For the demo: its few hundred subscribers are made up. */
    public static final RunSettings DEMO = new RunSettings(Integer.MAX_VALUE);
}
