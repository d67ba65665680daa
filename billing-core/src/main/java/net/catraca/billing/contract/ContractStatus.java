package net.catraca.billing.contract;

public enum ContractStatus {
    AWAITING_ACTIVATION,
    ACTIVE,
    CANCELLED
}
