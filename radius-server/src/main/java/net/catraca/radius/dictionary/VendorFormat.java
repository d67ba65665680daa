package net.catraca.radius.dictionary;

/**
 * A vendor and how wide its attributes' headers are (RFC 2865 §5.26).
 *
 * @param id the vendor's private enterprise number
 * @param typeOctets 1, 2 or 4
 * @param lengthOctets 0, 1 or 2
 */
public record VendorFormat(int id, String name, int typeOctets, int lengthOctets) {

    /** What a vendor's attribute spends of a Vendor-Specific one's 253 octets: the vendor's number and its header. */
    int headerOctets() {
        return Integer.BYTES + typeOctets + lengthOctets;
    }
}
