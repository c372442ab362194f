package org.openpks.adapter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.openpks.adapter");

    /// An executable under the original contract must not bring a framework, nor other parts of the product.
    @Test
    void knowsOnlyTheKernel() {
        classes()
                .that()
                .resideInAPackage("org.openpks.adapter..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.openpks.adapter..",
                        "org.openpks.kernel..",
                        "org.jspecify..",
                        "org.yaml.snakeyaml..",
                        "tools.jackson..",
                        "java..",
                        "javax.net.ssl..")
                .check(CLASSES);
    }

    /// Manifests depend on nothing but the request.
    @Test
    void manifestsArePure() {
        classes()
                .that()
                .haveSimpleName("ManifestGenerator")
                .or()
                .haveSimpleName("Parameters")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages("java.net..", "java.io..", "java.nio..", "java.time..")
                .check(CLASSES);
    }
}
