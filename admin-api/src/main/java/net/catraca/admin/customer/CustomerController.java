package net.catraca.admin.customer;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.contract.Customer;
import net.catraca.billing.contract.CustomerDraft;
import net.catraca.billing.contract.Language;
import net.catraca.billing.contract.TaxId;
import net.catraca.billing.office.Customers;
import org.jspecify.annotations.Nullable;

/** Persons and companies. */
@Controller("/api/v1/customers")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Customers")
class CustomerController {

    private final Customers customers;

    CustomerController(Customers customers) {
        this.customers = customers;
    }

    @Serdeable
    @Schema(name = "CustomerData", example = """
                    {"externalId":"erp-4711","name":"Padaria Pão Quente Ltda","taxId":"11.222.333/0001-81",
                     "email":"financeiro@padaria.example","phone":"+55 92 3333-4444"}
                    """)
    record CustomerData(
            @Nullable @Size(min = 1, max = 200) String externalId,
            @NotBlank @Size(max = 200) String name,

            @NotBlank
            @Size(max = 30)
            @Schema(description = "CPF or CNPJ, with or without punctuation.", example = "529.982.247-25")
            String taxId,

            @Nullable @Size(min = 1, max = 254) String email,
            @Nullable @Size(min = 1, max = 40) String phone,

            @Nullable @Schema(description = "In which language notices are written; pt when absent.")
            Language language) {

        CustomerDraft draft() {
            return new CustomerDraft(externalId, name, taxId, email, phone, language);
        }
    }

    @Serdeable
    @Schema(name = "Customer")
    record CustomerView(
            long id,
            long version,
            @Nullable String externalId,
            String name,
            @Schema(example = "529.982.247-25") String taxId,
            @Nullable String email,
            @Nullable String phone,
            Language language,

            @Schema(description = "Whether another customer with this tax id owed something overdue at registration.")
            boolean registeredAgainWithDebt,

            Instant createdAt) {

        static CustomerView of(Customer customer) {
            return new CustomerView(
                    customer.id(),
                    customer.version(),
                    customer.externalId(),
                    customer.name(),
                    customer.taxId().formatted(),
                    customer.email(),
                    customer.phone(),
                    customer.language(),
                    customer.registeredAgainWithDebt(),
                    customer.createdAt());
        }
    }

    /**
     * Lists customers.
     *
     * @param taxId only those with this CPF or CNPJ, with or without punctuation
     * @param externalId only the one with this external id
     */
    @Get
    @RequiresPermission(Permission.CUSTOMER_VIEW)
    Page<CustomerView> list(
            @Nullable @QueryValue String taxId,
            @Nullable @QueryValue String externalId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        if (externalId != null) {
            return Page.of(customers.findByExternalId(externalId), CustomerView::of);
        }
        var only = taxId == null ? null : parse(taxId);
        return Page.of(customers.list(only, page.after(0), page.limitAndOne()), page, Customer::id, CustomerView::of);
    }

    private static TaxId parse(String text) {
        try {
            return TaxId.parse(text);
        } catch (IllegalArgumentException _) {
            throw ProblemException.invalid(InvalidField.query("taxId", "a CPF or CNPJ with right check digits"));
        }
    }

    /** Shows a customer; the ETag is what a later write sends in If-Match. */
    @Get("/{id}")
    @RequiresPermission(Permission.CUSTOMER_VIEW)
    HttpResponse<CustomerView> get(@PathVariable long id) {
        var customer = found(customers.find(id), "customer", id);
        return shown(CustomerView.of(customer), customer.version());
    }

    /** Registers a customer. A tax id that is registered already and owes something overdue is taken, and flagged. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.CUSTOMER_WRITE)
    @WritesOnce
    HttpResponse<CustomerView> create(@Body CustomerData data, HttpRequest<?> request) {
        var made = granted(customers.create(Caller.of(request).actor(), data.draft()));
        return created(CustomerView.of(made), "/api/v1/customers/" + made.id(), made.version());
    }

    /** Writes all of a customer; If-Match says which state was seen. */
    @Put("/{id}")
    @RequiresPermission(Permission.CUSTOMER_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<CustomerView> update(@PathVariable long id, @Body CustomerData data, HttpRequest<?> request) {
        var updated = granted(customers.update(Caller.of(request).actor(), id, Etag.required(request), data.draft()));
        return shown(CustomerView.of(updated), updated.version());
    }
}
