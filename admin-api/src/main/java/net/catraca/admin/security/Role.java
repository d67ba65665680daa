package net.catraca.admin.security;

/** What a token is for; {@link Permission} says what each role may do. */
public enum Role {
    /** Looks, and changes nothing. */
    VIEWER,
    /** The NOC: keeps subscribers online within the limits of the policy. */
    NOC,
    /** Answers for the NOC: exceptions, restrictions, routers. */
    NOC_SUPERVISOR,
    /** Billing staff and the ERP's jobs: contracts, money, access runs. */
    BILLING,
    /** Everything, and the only one who handles tokens and policies. */
    ADMIN
}
