package net.catraca.radius.dynauth;

import net.catraca.billing.access.AccessLevel;

/** What the attributes of a session are rendered from, beside its NAS's vendor. */
public record Rendering(AccessLevel level, long planId, long planVersion) {}
