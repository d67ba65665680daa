package net.catraca.admin.erp;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.http.ProblemDocument;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.erp.ErpResult;
import org.jspecify.annotations.Nullable;

/** What became of a bulk, row by row and counted. */
@Serdeable
@Schema(name = "ErpPushAnswer")
record PushAnswer(
        int created,
        int updated,

        @Schema(description = "They say what is known already.")
        int unchanged,

        int deleted,

        @Schema(description = "Newer news is known.") int older,

        @Schema(description = "They would tighten, as too many in an hour: a second person decides.")
        int waiting,

        int declined,

        @Schema(description = "In the order of the rows.") List<RowAnswer> rows) {

    /** What became of a row. */
    @Schema(name = "ErpRowResult")
    enum Result {
        CREATED,
        UPDATED,
        UNCHANGED,
        DELETED,
        OLDER,
        WAITING,
        DECLINED
    }

    @Serdeable
    @Schema(name = "ErpPushRow")
    record RowAnswer(
            int index,

            @Nullable @Schema(description = "By which the row names its thing; null when it could not be read.")
            String externalId,

            Result result,

            @Nullable @Schema(description = "Our number of the thing.")
            Long id,

            @Nullable @Schema(description = "Where it waits.")
            Long proposalId,

            @Nullable @Schema(description = "Why it was declined, with the field that is at fault.")
            ProblemDocument problem) {

        static RowAnswer unreadable(int index, ProblemDocument fault) {
            return new RowAnswer(index, null, Result.DECLINED, null, null, fault);
        }

        static RowAnswer of(int index, String externalId, ErpResult result) {
            return switch (result) {
                case ErpResult.Written(var how, var id) ->
                    new RowAnswer(
                            index,
                            externalId,
                            switch (how) {
                                case CREATED -> Result.CREATED;
                                case UPDATED -> Result.UPDATED;
                                case UNCHANGED -> Result.UNCHANGED;
                                case DELETED -> Result.DELETED;
                            },
                            id,
                            null,
                            null);
                case ErpResult.Older() -> new RowAnswer(index, externalId, Result.OLDER, null, null, null);
                case ErpResult.Waiting(var id, var proposal) ->
                    new RowAnswer(index, externalId, Result.WAITING, id, proposal, null);
                case ErpResult.Declined(var why) ->
                    new RowAnswer(
                            index,
                            externalId,
                            Result.DECLINED,
                            null,
                            null,
                            ProblemException.of(why).document());
            };
        }
    }

    static PushAnswer of(List<RowAnswer> rows) {
        Map<Result, Integer> counts = new EnumMap<>(Result.class);
        rows.forEach(row -> counts.merge(row.result(), 1, Integer::sum));
        return new PushAnswer(
                counts.getOrDefault(Result.CREATED, 0),
                counts.getOrDefault(Result.UPDATED, 0),
                counts.getOrDefault(Result.UNCHANGED, 0),
                counts.getOrDefault(Result.DELETED, 0),
                counts.getOrDefault(Result.OLDER, 0),
                counts.getOrDefault(Result.WAITING, 0),
                counts.getOrDefault(Result.DECLINED, 0),
                Collections.unmodifiableList(rows));
    }
}
