package net.catraca.billing.access;

/**
 * What a policy says of agreements. An agreement keeps those under which it was signed.
 *
 * @param relief when what it replaces no longer counts as owed
 * @param breakDays days late of an instalment from which (≥) the agreement breaks; 1 or more
 * @param perDebt into how many agreements, one after the other, the same debt may get; 1 or more
 */
public record AgreementTerms(Relief relief, int breakDays, int perDebt) {

    /** What holds where a policy says nothing. */
    public static final AgreementTerms USUAL = new AgreementTerms(Relief.AT_SIGNING, 10, 2);

    public AgreementTerms {
        if (breakDays < 1) {
            throw new IllegalArgumentException("breakDays: expected 1 day or more, was " + breakDays);
        }
        if (perDebt < 1) {
            throw new IllegalArgumentException("perDebt: expected 1 or more, was " + perDebt);
        }
    }

    public enum Relief {
        AT_SIGNING,
        /** At the first instalment that is paid whole; until then the old debt counts on. */
        AT_FIRST_PAYMENT
    }
}
