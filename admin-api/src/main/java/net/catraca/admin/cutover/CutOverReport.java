package net.catraca.admin.cutover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of each row, or would, as CSV (RFC 4180): a line a row, as it comes. */
public final class CutOverReport {

    /** What became of a row. */
    public enum Result {
        CREATED,
        UPDATED,
        UNCHANGED,
        /** It tightens, as one of too many: a second person decides. */
        WAITING,
        REFUSED,
        /** Nothing of ours corresponds to it. */
        IGNORED
    }

    private final Appendable out;
    private final boolean dryRun;
    private final Map<Result, Integer> counts = new TreeMap<>();

    public CutOverReport(Appendable out, boolean dryRun) {
        this.out = out;
        this.dryRun = dryRun;
        append("kind,line,key,result,id,why\r\n");
    }

    /**
     * @param key what the row speaks of; never a secret
     * @param id of ours, or null; what a dry run has given is nobody's afterwards
     * @param why it was refused or ignored, or null
     */
    void add(
            CutOverKind kind, long line, @Nullable String key, Result result, @Nullable Long id, @Nullable String why) {
        counts.merge(result, 1, Integer::sum);
        append("%s,%d,%s,%s,%s,%s\r\n"
                .formatted(kind.table(), line, quoted(key), word(result), dryRun || id == null ? "" : id, quoted(why)));
    }

    private String word(Result result) {
        return switch (result) {
            case CREATED -> dryRun ? "would-create" : "created";
            case UPDATED -> dryRun ? "would-update" : "updated";
            case WAITING -> dryRun ? "would-wait" : "waiting";
            case UNCHANGED, REFUSED, IGNORED -> result.name().toLowerCase(Locale.ROOT);
        };
    }

    /** As people read it: how many of each. */
    public String summary() {
        var text = new StringBuilder();
        counts.forEach((result, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(word(result)));
        return text.isEmpty() ? "nothing to import" : text.toString();
    }

    public int count(Result result) {
        return counts.getOrDefault(result, 0);
    }

    private void append(String text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a spreadsheet would take for a formula is given as text. */
    private static String quoted(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        String safe = "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }
}
