package net.catraca.admin.bank;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.office.MoneyNews;
import net.catraca.billing.run.BookedPix.Unbooked;
import net.catraca.billing.run.FeedsAlive.Heard;
import net.catraca.billing.run.MoneyFreshness.Stale;
import org.jspecify.annotations.Nullable;

/** Whether money is up to date. */
@Serdeable
@Schema(name = "MoneyFreshness")
record MoneyFreshnessView(
        Instant at,

        @Schema(
                description =
                        "While it is false runs await a second person, no agreement breaks and nothing lapses on time.")
        boolean fresh,

        @Schema(description = "What is not up to date, and why.")
        List<StaleView> stale,

        @Schema(description = "Feeds that speak about daily, and are expected to.")
        List<FeedView> feeds,

        @Nullable @Schema(description = "Pix that were told and are not booked; nothing when all are.")
        UnbookedView unbookedPix) {

    @Serdeable
    @Schema(name = "StaleMoney")
    record StaleView(
            @Schema(
                    description =
                            "pix, erp, another source of payments, pix-booking, receipts, or `agreement` and its name.",
                    example = "agreement itau-1")
            String source,

            String why) {

        static StaleView of(Stale stale) {
            return new StaleView(stale.source(), stale.why());
        }
    }

    @Serdeable
    @Schema(name = "MoneyFeed")
    record FeedView(
            @Schema(description = "pix, erp, or the source of payments, such as api", example = "pix")
            String name,

            Instant lastHeardAt) {

        static FeedView of(Heard heard) {
            return new FeedView(heard.name(), heard.last());
        }
    }

    @Serdeable
    @Schema(name = "UnbookedPix")
    record UnbookedView(
            long count,

            @Schema(description = "When the first of them was told.")
            Instant oldestAt,

            @Schema(description = "Of the first of them.") String endToEndId,

            @Nullable @Schema(description = "Why its last attempt failed.")
            String fault) {

        static UnbookedView of(Unbooked unbooked) {
            return new UnbookedView(unbooked.count(), unbooked.oldest(), unbooked.endToEndId(), unbooked.fault());
        }
    }

    static MoneyFreshnessView of(MoneyNews news, Instant now) {
        var stale = news.stale(now);
        return new MoneyFreshnessView(
                now,
                stale.isEmpty(),
                stale.stream().map(StaleView::of).toList(),
                news.heard(now).stream().map(FeedView::of).toList(),
                news.firstUnbookedPix().map(UnbookedView::of).orElse(null));
    }
}
