package org.openpks.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.openpks.broker", "org.openpks.osb", "org.openpks.bosh");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.openpks.broker.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheWebSideAndTheSettingsKnowTheFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.openpks.broker.instance..",
                        "org.openpks.broker.binding..",
                        "org.openpks.broker.catalog..",
                        "org.openpks.broker.manifest..",
                        "org.openpks.broker.director..",
                        "org.openpks.osb..",
                        "org.openpks.bosh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", "java.sql..")
                .check(CLASSES);
    }

    @Test
    void clientsDoNotKnowTheBroker() {
        noClasses()
                .that()
                .resideInAnyPackage("org.openpks.osb..", "org.openpks.bosh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.openpks.broker..", "org.openpks.adapter..")
                .check(CLASSES);
    }
}
