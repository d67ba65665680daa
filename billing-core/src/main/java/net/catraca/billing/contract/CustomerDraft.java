package net.catraca.billing.contract;

import org.jspecify.annotations.Nullable;

/**
 * A customer as somebody wants it written.
 *
 * @param taxId CPF or CNPJ, with or without punctuation; checked when it is written
 * @param language in which this customer is written to; null for Portuguese
 */
public record CustomerDraft(
        @Nullable String externalId,
        String name,
        String taxId,
        @Nullable String email,
        @Nullable String phone,
        @Nullable Language language) {

    /** One who is written to in Portuguese. */
    public CustomerDraft(
            @Nullable String externalId, String name, String taxId, @Nullable String email, @Nullable String phone) {
        this(externalId, name, taxId, email, phone, null);
    }

    /** In which language this customer is written to. */
    public Language written() {
        return language == null ? Language.PT : language;
    }
}
