package org.openpks.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The boundaries of ARCHITECTURE.md.
class ArchitectureTests {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.openpks");

    /// Between the parts is HTTP, also inside one JVM.
    @ParameterizedTest
    @CsvSource({
        "api, uaa",
        "api, broker",
        "api, director",
        "api, adapter",
        "api, bosh",
        "api, database",
        "uaa, api",
        "uaa, broker",
        "uaa, director",
        "uaa, adapter",
        "uaa, bosh",
        "uaa, osb",
        "uaa, database",
        "broker, api",
        "broker, uaa",
        "broker, director",
        "broker, database",
        "director, api",
        "director, uaa",
        "director, broker",
        "director, adapter",
        "director, osb",
        "director, database",
        "adapter, api",
        "adapter, uaa",
        "adapter, broker",
        "adapter, director",
        "adapter, component"
    })
    void partsDoNotKnowEachOther(String part, String other) {
        noClasses()
                .that()
                .resideInAPackage("org.openpks." + part + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.openpks." + other + "..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "bosh", "osb", "adapter", "database"})
    void sharedModulesNeedNoFramework(String module) {
        noClasses()
                .that()
                .resideInAPackage("org.openpks." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.servlet..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "uaa", "broker", "director"})
    void packagesOfAPartHaveNoCycles(String part) {
        slices().matching("org.openpks." + part + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /// It may carry the values that a machine is asked for with, but asks for none.
    @Test
    void theDeploymentPlanIsPure() {
        noClasses()
                .that()
                .resideInAPackage("org.openpks.director.deployment.plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "java.net.http..",
                        "org.springframework..",
                        "org.openpks.director.cpi.container..")
                .check(CLASSES);
    }
}
