package net.catraca.admin.run;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** @param reason for the audit */
@Serdeable
@Schema(name = "AccessRunApproval", example = """
                {"reason":"the new city's first billing day"}
                """)
record RunApproval(@Nullable @Size(min = 1, max = 500) String reason) {}
