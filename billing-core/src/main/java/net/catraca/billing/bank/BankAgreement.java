package net.catraca.billing.bank;

import org.jspecify.annotations.Nullable;

/**
 * One stream of news of money: a bank's billing agreement, a Pix key's webhook, a CSV of a payment provider.
 *
 * @param name a folder of the watched inbox bears it: lower-case letters, digits, dots, dashes
 * @param layout of CNAB: the bank layout's name, else null
 * @param number as the bank writes it into its headers; null when it is not compared
 * @param wholeFiles whether a file with a fault pays nothing at all, instead of all that is sound
 * @param daily whether news is expected for every banking day
 * @param csv of CSV only
 * @param webhook of Pix only
 */
public record BankAgreement(
        long id,
        long version,
        String name,
        Kind kind,
        @Nullable String layout,
        @Nullable String number,
        boolean wholeFiles,
        boolean daily,
        @Nullable CsvFormat csv,
        @Nullable Webhook webhook) {

    public enum Kind {
        CNAB,
        CSV,
        PIX
    }

    /** How a Pix notification proves where it comes from. */
    public enum Webhook {
        /** HMAC-SHA256 of the body, by a gateway that signs. */
        HMAC,
        /** The secret itself, which a proxy that ends mTLS adds. */
        SECRET
    }
}
