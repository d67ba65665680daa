package net.catraca.admin.http;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * Why somebody does something that others will ask about.
 *
 * @param reason for the audit log and whoever looks next
 */
@Serdeable
@Schema(name = "GivenReason", example = "{\"reason\":\"asked for by the customer on the phone\"}")
public record GivenReason(@NotBlank @Size(max = 500) String reason) {}
