package net.catraca.admin.description;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.tags.Tag;

/** What the OpenAPI document says of the API as a whole. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Catraca admin API",
                        version = "1",
                        description = """
                                What people at the NOC and billing jobs do with contracts, money and access.

                                **Why is this customer offline?** `GET /api/v1/subscribers/{login}/access`. A login, a \
                                contract's `externalId`, or a customer's `taxId` (then contracts by `customerId`) is \
                                enough to find a contract.

                                **Tokens.** Every call needs `Authorization: Bearer <token>`. A token has a role, and \
                                each operation names the permission that it needs and the roles that have it. In the \
                                demo: `demo-viewer`, `demo-noc`, `demo-supervisor`, `demo-billing`, `demo-admin`.

                                **Bodies** are JSON in UTF-8, at most 1 MiB. A field that is not described is refused, \
                                nothing is converted (`"5"` is no number), a text has one line and at most 2,000 \
                                characters. In answers a field without a value is written as `null`. Days are \
                                `2026-11-23`, instants `2026-11-23T13:00:00Z`, money whole cents.

                                **Problems** are `application/problem+json` (RFC 9457). `type` is stable, and so are \
                                `code` and `limit` where they are there; `errors` names each field at fault with what \
                                was expected. Besides what an operation lists, 405, 406, 414, 431 and 500 are problem \
                                documents, too.

                                **Once.** A write with an `Idempotency-Key` is done once in 24 hours however often it \
                                is sent; the repeated answer has the header `Idempotency-Replayed: true`.

                                **Changes that others made.** What is read bears an `ETag`; a write that says it in \
                                `If-Match` is refused with 412 when somebody changed it since.

                                **Lists** come in pages of `limit` items; `nextCursor` of one is `cursor` of the next. \
                                What is added meanwhile moves nothing from one page to another.
                                """,
                        license = @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0")),
        tags = {
            @Tag(name = "Access", description = "What a contract gets, why, and what changes next."),
            @Tag(name = "Releases", description = "Entries that let a contract through, and their limits."),
            @Tag(name = "Access runs", description = "The only way in which money tightens: preview, look, commit."),
            @Tag(name = "Customers", description = "Persons and companies, by CPF or CNPJ."),
            @Tag(name = "Contracts", description = "What is sold; access is decided for each."),
            @Tag(name = "Subscribers", description = "The logins of contracts."),
            @Tag(name = "Receivables", description = "What contracts owe."),
            @Tag(name = "Payments", description = "Money that came in, each counted once."),
            @Tag(name = "Banks", description = "Agreements, files, charges, and money that nobody could match."),
            @Tag(name = "ERP", description = "For contracts whose money an ERP keeps."),
            @Tag(name = "Plans", description = "Rates, pools, sessions."),
            @Tag(name = "Policies", description = "From how many days late what happens, in dated versions."),
            @Tag(name = "NASes", description = "The routers that may ask."),
            @Tag(name = "Tokens", description = "Who may use this API, as what, until when."),
            @Tag(name = "Audit", description = "Who did what, with what before and after.")
        })
@SecurityScheme(
        name = Definition.TOKEN,
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "An access token; in the demo such as demo-noc.")
final class Definition {

    /** Name of the security scheme. */
    static final String TOKEN = "token";

    private Definition() {}
}
