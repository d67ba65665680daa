package net.catraca.admin.description;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.testing.ApiServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DescriptionPageTest {

    private static final ApiServer api = ApiServer.start();

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theRootLeadsToThePageAndNeedsNoToken() {
        var root = api.anonymous().get("/").expect(302);
        var page = api.anonymous().get(root.header("Location")).expect(200);

        assertThat(root.header("Location")).isEqualTo("/docs");
        assertThat(page.header("Content-Type")).startsWith("text/html");
        api.anonymous().get("/docs/").expect(200);
    }

    @Test
    void everythingThatThePageNeedsComesFromHere() {
        var page = api.anonymous().get("/docs/").expect(200);

        assertThat(page.text()).doesNotContain("://");
        for (String name : new String[] {"swagger-ui.css", "swagger-ui-bundle.js", "page.css", "start.js"}) {
            assertThat(page.text()).contains("\"/docs/" + name + "\"");
            assertThat(api.anonymous().get("/docs/" + name).expect(200).text()).isNotEmpty();
        }
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "script-src 'self';");
        assertThat(page.header("Content-Security-Policy")).doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void noOtherFileCanBeAskedFor() {
        api.anonymous().get("/docs/swagger-ui.js").expectProblem(404, "not-found");
        api.anonymous().get("/docs/..%2f..%2flogback.xml").expectProblem(404, "not-found");
        api.anonymous().get("/docs/%2e%2e%2fpackage-info.class").expectProblem(404, "not-found");
    }
}
