package net.catraca.radius.reply;

import java.math.BigInteger;
import java.util.Optional;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.dictionary.AttributeDefinition;
import net.catraca.radius.dictionary.AttributeDefinition.Encoding;

/**
 * A line of a vendor profile: an attribute and the value that it gets.
 *
 * @param place of the attribute's name
 * @param valuePlace of the value, for problems with it
 * @param tag 0 when the attribute has none
 */
record ProfileLine(Place place, Place valuePlace, AttributeDefinition attribute, int tag, ValueTemplate value) {

    /** Where in a file, counted from 1. */
    record Place(int line, int column) {}

    /** As it stands in the profile: {@code ERX-Service-Activate:1}. */
    String name() {
        return tag == 0 ? attribute.name() : attribute.name() + ':' + tag;
    }

    /** What it sets on a NAS: of two lines with the same identity the later one wins there. */
    String identity() {
        return AttributeFacts.identity(name(), value.text());
    }

    /** The value in words; empty when the line is not sent for this plan. */
    Optional<String> text(Plan plan) {
        return value.render(plan).map(this::cutRate);
    }

    /** A rate beyond what a number of the attribute's width can say is sent as the most that it can. */
    private String cutRate(String rendered) {
        var max = attribute.maxNumber();
        return value.isOneRate() && max.isPresent() && rendered.chars().allMatch(c -> c >= '0' && c <= '9')
                ? new BigInteger(rendered).min(max.get()).toString()
                : rendered;
    }

    Encoding encode(String text) {
        return attribute.encode(tag, text);
    }

    /** Writes the value with its headers. */
    void write(AttributeEncoder encoder, byte[] value) {
        attribute
                .vendor()
                .ifPresentOrElse(
                        vendor -> encoder.vendorAttribute(
                                vendor.id(), attribute.type(), vendor.typeOctets(), vendor.lengthOctets(), value),
                        () -> encoder.attribute(attribute.type(), value));
    }
}
