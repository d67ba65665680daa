package net.catraca.admin.demo;

/**
 * A boleto with Pix that the demo ISP has issued for a bill that is not paid.
 *
 * @param login whose it is
 */
public record DemoBoleto(String login, String taxId, String ourNumber, String txid, long cents) {}
