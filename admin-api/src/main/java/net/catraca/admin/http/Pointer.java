package net.catraca.admin.http;

/** JSON pointers, RFC 6901. */
final class Pointer {

    private Pointer() {}

    /** The pointer to a member of what {@code parent} points to. */
    static String member(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    static String element(String parent, int index) {
        return parent + "/" + index;
    }

    /** From a path as the office and bean validation write it: {@code rows[3].amountCents} is /rows/3/amountCents. */
    static String ofPath(String path) {
        var pointer = new StringBuilder();
        for (String step : path.replace("[", ".").replace("]", "").split("\\.", -1)) {
            if (!step.isEmpty()) {
                pointer.append('/').append(step);
            }
        }
        return pointer.toString();
    }
}
