package net.catraca.billing.office;

/**
 * A field that cannot be accepted.
 *
 * @param field its path in the request, as {@code coverage.last} or {@code rows[3].amountCents}
 * @param expected what would be accepted, a phrase in English that follows "expected"
 */
public record FieldError(String field, String expected) {}
