package net.catraca.radius.session;

/**
 * What the records of one session share. Acct-Session-Id alone names nothing: NASes use the same ones, and some repeat
 * theirs after a restart, so a key may name several sessions one after the other; {@link SessionRules} tells them apart
 * by their starts. Class is no part of it: it correlates, and a NAS may lose or repeat it.
 *
 * @param userName as the NAS sent it, empty when it sent none
 * @param port NAS-Port-Id, else NAS-Port in decimal, else empty
 */
public record SessionKey(long nasId, String acctSessionId, String userName, String port) {}
