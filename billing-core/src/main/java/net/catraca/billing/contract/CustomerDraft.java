package net.catraca.billing.contract;

import org.jspecify.annotations.Nullable;

/**
 * A customer as somebody wants it written.
 *
 * @param taxId CPF or CNPJ, with or without punctuation; checked when it is written
 */
public record CustomerDraft(
        @Nullable String externalId,
        String name,
        String taxId,
        @Nullable String email,
        @Nullable String phone) {}
