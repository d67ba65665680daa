package net.catraca.billing.report;

import net.catraca.billing.release.ReleaseKind;

/**
 * Releases of one kind that somebody granted.
 *
 * @param contracts how many different ones
 * @param running of them those that still let somebody through
 */
public record ReleaseCount(String grantedBy, ReleaseKind kind, long releases, long contracts, long running) {}
