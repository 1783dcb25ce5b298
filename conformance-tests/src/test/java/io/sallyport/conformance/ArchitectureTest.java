package io.sallyport.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, as {@code docs/architecture.md} draws them. */
@AnalyzeClasses(packages = "io.sallyport", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule driverKnowsNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.jdbc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.policy..", "io.sallyport.proxy..", "io.sallyport.flight..");

  @ArchTest
  static final ArchRule policyEngineIsPure =
      classes()
          .that()
          .resideInAPackage("io.sallyport.policy..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.policy..",
              "java..",
              "org.apache.calcite..",
              "com.google.common..",
              "com.fasterxml.jackson..",
              "org.yaml.snakeyaml..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule policyEngineReadsNoClockFileOrSocket =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.policy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..", "java.nio.file..", "java.sql..")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule plansKnowNoPolicyFiles =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.policy.plan..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson..", "org.yaml..");

  @ArchTest
  static final ArchRule flightDoorKnowsNoPolicyAndNoEngine =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.flight..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.policy..",
              "io.sallyport.proxy..",
              "io.sallyport.jdbc..",
              "org.duckdb..",
              "org.apache.calcite..");

  @ArchTest
  static final ArchRule proxyKnowsNoDriver =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.proxy..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.sallyport.jdbc..");

  @ArchTest
  static final ArchRule onlyEngineAndFrontEndSpeakToDuckDb =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.sallyport.proxy.engine..", "io.sallyport.proxy.sql..", "io.sallyport.examples..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.duckdb..");
}
