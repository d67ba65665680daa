package net.catraca.billing.bank;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a CSV of payments is written.
 *
 * @param columns what is in which column, by the name in the file's first line. Needed: {@code amount}, {@code paid-on},
 *     and {@code external-id} or one of {@code our-number}, {@code txid}, {@code document}; besides: {@code charges},
 *     {@code payer-tax-id}, {@code payer-name}
 * @param days pattern of days, such as dd/MM/yyyy
 * @param decimalComma whether amounts are written 1.234,56 and not 1,234.56
 */
public record CsvFormat(Map<String, String> columns, char delimiter, String days, boolean decimalComma) {

    public static final List<String> KNOWN = List.of(
            "amount",
            "paid-on",
            "external-id",
            "our-number",
            "txid",
            "document",
            "charges",
            "payer-tax-id",
            "payer-name");

    public CsvFormat {
        columns = java.util.Collections.unmodifiableMap(new TreeMap<>(columns));
    }
}
