package net.catraca.admin.security;

import static net.catraca.admin.security.Role.ADMIN;
import static net.catraca.admin.security.Role.BILLING;
import static net.catraca.admin.security.Role.NOC;
import static net.catraca.admin.security.Role.NOC_SUPERVISOR;
import static net.catraca.admin.security.Role.VIEWER;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Every action of the API with the roles that may do it. This table is the whole of it. */
public enum Permission {
    // spotless:off
    ACCESS_VIEW            (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    CUSTOMER_VIEW          (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    CUSTOMER_WRITE         (                             BILLING, ADMIN),
    PLAN_VIEW              (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    PLAN_WRITE             (                             BILLING, ADMIN),
    POLICY_VIEW            (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    POLICY_WRITE           (                                      ADMIN),
    CONTRACT_VIEW          (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    CONTRACT_WRITE         (                             BILLING, ADMIN),
    CONTRACT_ACTIVATE      (        NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    CONTRACT_CANCEL        (                             BILLING, ADMIN),
    CONTRACT_PAUSE         (             NOC_SUPERVISOR, BILLING, ADMIN),
    CONTRACT_EXEMPT        (             NOC_SUPERVISOR,          ADMIN),
    CONTRACT_PROTECT       (             NOC_SUPERVISOR, BILLING, ADMIN), // do not block until, automatic restriction
    CONTRACT_MANUAL_BLOCK  (        NOC, NOC_SUPERVISOR,          ADMIN),
    SUBSCRIBER_VIEW        (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    SUBSCRIBER_WRITE       (        NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    SUBSCRIBER_DELETE      (             NOC_SUPERVISOR, BILLING, ADMIN),
    RECEIVABLE_VIEW        (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    RECEIVABLE_WRITE       (                             BILLING, ADMIN),
    RECEIVABLE_POSTPONE    (                             BILLING, ADMIN),
    AGREEMENT_VIEW         (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    AGREEMENT_SIGN         (                             BILLING, ADMIN),
    AGREEMENT_END          (                             BILLING, ADMIN), // to break one by hand, or to cancel it
    RECEIVABLE_GENERATE    (                             BILLING, ADMIN), // at once; it also runs by itself
    PAYMENT_VIEW           (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    PAYMENT_WRITE          (                             BILLING, ADMIN),
    PAYMENT_REVERSE        (                             BILLING, ADMIN),
    PAYMENT_BY_HAND        (                             BILLING, ADMIN), // a person's word that money came
    PAYMENT_MATCH          (                             BILLING, ADMIN), // what a bank told and nobody could match
    PAYMENT_CLAIM          (        NOC, NOC_SUPERVISOR, BILLING, ADMIN), // a customer's receipt
    BANK_VIEW              (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    BANK_WRITE             (                                      ADMIN),
    ERP_PUSH               (                             BILLING, ADMIN), // in bulk, by external id
    CUT_OVER_IMPORT        (                                      ADMIN), // from the system of before
    BANK_FILE_IMPORT       (                             BILLING, ADMIN),
    RELEASE_VIEW           (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    RELEASE_MANUAL         (        NOC, NOC_SUPERVISOR,          ADMIN),
    RELEASE_TEMPORARY      (        NOC, NOC_SUPERVISOR,          ADMIN),
    RELEASE_TRUST_UNLOCK   (        NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    RELEASE_LIFT_INTERVAL  (             NOC_SUPERVISOR,          ADMIN), // between trust unlocks, once a debt
    RELEASE_APPROVE        (             NOC_SUPERVISOR,          ADMIN), // as the second person
    RELEASE_END            (        NOC, NOC_SUPERVISOR,          ADMIN),
    RUN_VIEW               (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    RUN_PREVIEW            (             NOC_SUPERVISOR, BILLING, ADMIN),
    RUN_COMMIT             (             NOC_SUPERVISOR, BILLING, ADMIN),
    RUN_APPROVE            (             NOC_SUPERVISOR,          ADMIN), // as the second person
    RUN_ROLLBACK           (             NOC_SUPERVISOR, BILLING, ADMIN),
    FREEZE_VIEW            (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    FREEZE_DECLARE         (        NOC, NOC_SUPERVISOR, BILLING, ADMIN), // relief: whoever is there may
    FREEZE_LIFT            (             NOC_SUPERVISOR,          ADMIN),
    INCIDENT_RELEASE       (        NOC, NOC_SUPERVISOR,          ADMIN), // to ask for one, and to end it
    INCIDENT_APPROVE       (             NOC_SUPERVISOR,          ADMIN), // as the second person
    MASS_ACT_ALLOW         (             NOC_SUPERVISOR,          ADMIN), // of jobs, beyond the number per hour
    NOTICE_VIEW            (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    NOTICE_WRITE           (                             BILLING, ADMIN),
    LINT_VIEW              (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    NOTICE_RULE_WRITE      (                             BILLING, ADMIN), // schedules and words
    NOTICE_PROVIDER_WRITE  (                                      ADMIN),
    WEBHOOK_VIEW           (             NOC_SUPERVISOR, BILLING, ADMIN),
    WEBHOOK_WRITE          (                                      ADMIN),
    WEBHOOK_REPLAY         (                             BILLING, ADMIN),
    SESSION_DISCONNECT     (        NOC, NOC_SUPERVISOR,          ADMIN),
    SESSION_DISCONNECT_MANY(             NOC_SUPERVISOR,          ADMIN),
    SESSION_PUSH_PROFILE   (        NOC, NOC_SUPERVISOR,          ADMIN),
    ACCOUNTING_DELIVER     (             NOC_SUPERVISOR,          ADMIN), // records that were set aside, again
    NAS_VIEW               (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    NAS_WRITE              (             NOC_SUPERVISOR,          ADMIN),
    VENDOR_PROFILE_VIEW    (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    VENDOR_PROFILE_RELOAD  (             NOC_SUPERVISOR,          ADMIN),
    SECRET_KEY_VIEW        (                                      ADMIN),
    SECRET_KEY_RESEAL      (                                      ADMIN),
    SESSION_VIEW           (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    ADDRESS_POOL_VIEW      (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    ADDRESS_POOL_WRITE     (             NOC_SUPERVISOR,          ADMIN),
    JOB_VIEW               (VIEWER, NOC, NOC_SUPERVISOR, BILLING, ADMIN),
    JOB_RUN                (             NOC_SUPERVISOR, BILLING, ADMIN), // no more than whoever may commit a run
    JOB_PAUSE              (             NOC_SUPERVISOR, BILLING, ADMIN),
    REPORT_VIEW            (             NOC_SUPERVISOR, BILLING, ADMIN), // the ISP's revenue
    AUDIT_VIEW             (             NOC_SUPERVISOR,          ADMIN),
    TOKEN_VIEW             (                                      ADMIN),
    TOKEN_WRITE            (                                      ADMIN);
    // spotless:on

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and nobody else holds it
    private final Set<Role> roles;

    Permission(Role... roles) {
        var granted = EnumSet.noneOf(Role.class);
        Collections.addAll(granted, roles);
        this.roles = Collections.unmodifiableSet(granted);
    }

    public boolean isGrantedTo(Role role) {
        return roles.contains(role);
    }

    public Set<Role> roles() {
        return roles;
    }
}
