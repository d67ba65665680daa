package net.catraca.radius.accounting;

/**
 * A record as it rests in the journal.
 *
 * @param number unique for ever: node in the upper 16 bits, then counting up
 * @param payload as it was appended; not copied, so not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands a second; nobody compares them.
public record JournalRecord(long number, byte[] payload) {}
