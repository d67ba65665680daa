package net.catraca.admin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The house rules of CONTRIBUTING.md. A package that a rule names must exist, or the rule has gone stale. */
class HouseRulesTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("net.catraca");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.catraca.billing.access",
                "net.catraca.billing.contract",
                "net.catraca.billing.directory",
                "net.catraca.billing.office",
                "net.catraca.billing.payment",
                "net.catraca.billing.receivable",
                "net.catraca.billing.release",
                "net.catraca.billing.run",
                "net.catraca.billing.store",
                "net.catraca.radius.accounting",
                "net.catraca.radius.auth",
                "net.catraca.radius.duplicate",
                "net.catraca.radius.flow",
                "net.catraca.radius.nas",
                "net.catraca.radius.packet",
                "net.catraca.radius.reply",
                "net.catraca.admin.simulator",
                "net.catraca.radius.store",
                "net.catraca.admin"
            })
    void everyPackageThatTheRulesNameHasClasses(String name) {
        assertThat(OURS.containPackage(name)).as("package %s", name).isTrue();
    }

    @Test
    void billingKnowsNoNettyNoHttpAndNoRadius() {
        check(noClasses()
                .that()
                .resideInAPackage("net.catraca.billing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "net.catraca.radius..", "net.catraca.admin..", "io.netty..", "io.micronaut.http.."));
    }

    @Test
    void radiusKnowsNoHttpAndNotTheAdminApi() {
        check(noClasses()
                .that()
                .resideInAPackage("net.catraca.radius..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.catraca.admin..", "io.micronaut.http.."));
    }

    @Test
    void onlyStoresSpeakToTheDatabase() {
        check(noClasses()
                .that(resideInAPackage("net.catraca..").and(resideOutsideOfPackage("..store..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "io.micronaut.data..",
                        "org.postgresql..",
                        "org.flywaydb..",
                        "com.zaxxer.hikari..",
                        "com.github.kagkarlsson.."));
    }

    @Test
    void theAccessDecisionIsPure() {
        check(noClasses()
                .that()
                .resideInAPackage("net.catraca.billing.access")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "net.catraca.billing.store..",
                        "net.catraca.billing.office..",
                        "org.slf4j..",
                        "io.micronaut.."));
        check(noClasses()
                .that()
                .resideInAPackage("net.catraca.billing.access")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class));
    }

    @Test
    void thePacketPathAsksNoDatabase() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "net.catraca.radius.packet..",
                        "net.catraca.radius.auth..",
                        "net.catraca.radius.duplicate..",
                        "net.catraca.radius.flow..",
                        "net.catraca.radius.reply..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.catraca.billing.store..", "net.catraca.billing.office.."));
    }

    /** It would agree with the server's mistakes. */
    @Test
    void theSimulatorSharesNothingWithTheServersRadius() {
        check(noClasses()
                .that()
                .resideInAPackage("net.catraca.admin.simulator..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.catraca.radius.."));
    }

    @Test
    void nobodyReadsTheWallClockBesideTheClock() {
        check(noClasses()
                .that()
                .resideInAPackage("net.catraca..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis"));
    }

    @Test
    void classesAreNamedForWhatTheyAre() {
        check(classes()
                .that()
                .resideInAPackage("net.catraca..")
                .should()
                .haveNameNotMatching(".*(Manager|Impl|Utils|Util|Helper)"));
    }

    private static void check(ArchRule rule) {
        rule.check(OURS);
    }
}
