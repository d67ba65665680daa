package net.catraca.billing.contract;

/** In which language a customer is written to. */
public enum Language {
    PT,
    EN
}
