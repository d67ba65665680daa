package net.catraca.admin.policy;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.policy.VersionData.AgreementData;
import net.catraca.admin.policy.VersionData.ExampleData;
import net.catraca.admin.policy.VersionData.LimitData;
import net.catraca.admin.policy.VersionData.NoticeData;
import net.catraca.admin.policy.VersionData.ThresholdData;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.KeptVersion;
import org.jspecify.annotations.Nullable;

/** A version of a policy as it is kept. */
@Serdeable
@Schema(name = "PolicyVersion")
record VersionView(
        int number,
        LocalDate effectiveFrom,

        @Nullable @Schema(description = "Null while it is a draft.")
        Instant activatedAt,

        ThresholdData regular,
        ThresholdData renegotiated,
        PrepaidTightening prepaidTightening,
        BlockedAs blockedAs,
        BlockedAs lockViolatedAs,
        int awaitingActiveDays,
        AccessLevel releaseLevel,
        LimitData limits,
        NoticeData notice,
        AgreementData agreement,
        List<ExampleData> examples) {

    static VersionView of(KeptVersion kept) {
        var version = kept.version();
        return new VersionView(
                version.number(),
                version.effectiveFrom(),
                kept.activatedAt(),
                ThresholdData.of(version.regular()),
                ThresholdData.of(version.renegotiated()),
                version.prepaidTightening(),
                version.blockedAs(),
                version.lockViolatedAs(),
                version.awaitingActiveDays(),
                version.releaseLevel(),
                LimitData.of(version.limits()),
                NoticeData.of(version.notice()),
                AgreementData.of(version.agreement()),
                kept.examples().stream().map(ExampleData::of).toList());
    }
}
