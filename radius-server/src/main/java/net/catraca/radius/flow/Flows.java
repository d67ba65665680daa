package net.catraca.radius.flow;

/** The flows of one event loop, which share its digests and log. */
public record Flows(AccessFlow access, AccountingFlow accounting) {}
