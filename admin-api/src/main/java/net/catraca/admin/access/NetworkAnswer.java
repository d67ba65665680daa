package net.catraca.admin.access;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** What routers of one vendor, set up alike, would be told at this level. */
@Serdeable
@Schema(name = "NetworkAnswer", description = "What routers of one vendor, set up alike, would be told now.")
record NetworkAnswer(
        @Schema(example = "mikrotik") String vendor,

        @Schema(description = "Names of the NASes that are told this.")
        List<String> nases,

        Answer answer,

        @Schema(description = "Whether the session is let into the walled garden only.")
        boolean garden,

        List<Attribute> attributes) {

    @Schema(name = "RadiusAnswer")
    enum Answer {
        ACCESS_ACCEPT,
        ACCESS_REJECT
    }

    @Serdeable
    @Schema(name = "RadiusAttribute")
    record Attribute(
            @Schema(example = "Mikrotik-Rate-Limit") String name,
            @Schema(example = "50M/100M") String value) {}
}
