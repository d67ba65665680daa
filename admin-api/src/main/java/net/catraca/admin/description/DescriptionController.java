package net.catraca.admin.description;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Hidden;
import net.catraca.admin.http.ProblemException;

/**
 * Shows the API's description, to anybody: it says nothing of this ISP. Everything comes from the jars, so that it
 * works where nothing else can be reached, and nobody else learns who reads it.
 */
@Controller
@Hidden
@ExecuteOn(TaskExecutors.BLOCKING)
class DescriptionController {

    /**
     * Scripts and styles from here only, and no other host asked for anything. Pictures may be data: the page's style
     * sheet has its icons in it.
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ApiDescription description;
    private final PageFiles files;

    DescriptionController(ApiDescription description, PageFiles files) {
        this.description = description;
        this.files = files;
    }

    /** To the description. */
    @Get("/")
    HttpResponse<?> root() {
        return guarded(HttpResponse.status(HttpStatus.FOUND).header(HttpHeaders.LOCATION, "/docs"));
    }

    /** The page on which calls can be tried. */
    @Get("/docs")
    @Produces(MediaType.TEXT_HTML)
    HttpResponse<byte[]> page() {
        return file("index.html");
    }

    /** A script or style sheet of the page. */
    @Get("/docs/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<byte[]> file(@PathVariable String name) {
        var file = files.find(name).orElseThrow(() -> ProblemException.notFound("file", name));
        return guarded(HttpResponse.ok(file.octets())
                .contentType(file.type())
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.ETAG, file.tag()));
    }

    /** The OpenAPI document. */
    @Get("/openapi.json")
    @Produces(MediaType.APPLICATION_JSON)
    HttpResponse<byte[]> document() {
        return guarded(HttpResponse.ok(description.document()).contentType(MediaType.APPLICATION_JSON_TYPE));
    }

    private static <T> MutableHttpResponse<T> guarded(MutableHttpResponse<T> response) {
        return response.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
