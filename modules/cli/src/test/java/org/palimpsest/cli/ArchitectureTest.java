package org.palimpsest.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveModifier;
import static com.tngtech.archunit.lang.conditions.ArchConditions.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.stream.Stream;

/** Rules of the code base that the compiler does not check. */
@AnalyzeClasses(packages = "org.palimpsest", importOptions = ProductionCode.class)
class ArchitectureTest {
  private static final String[] DL4J_ENGINE = {
    "org.palimpsest.dl4j",
    "org.palimpsest.dl4j.kernel",
    "org.palimpsest.dl4j.memory",
    "org.palimpsest.dl4j.layer",
    "org.palimpsest.dl4j.stack",
    "org.palimpsest.dl4j.optimizer"
  };

  @ArchTest
  static final ArchRule modulesUseOnlyThoseAboveThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("base")
          .definedBy("org.palimpsest.base..")
          .layer("objective")
          .definedBy("org.palimpsest.objective..")
          .layer("model")
          .definedBy("org.palimpsest.model..")
          .layer("engine-torch")
          .definedBy("org.palimpsest.torch..")
          .layer("engine-dl4j")
          .definedBy(DL4J_ENGINE)
          .layer("collective")
          .definedBy("org.palimpsest.collective..")
          .layer("storage")
          .definedBy("org.palimpsest.storage..")
          .layer("corpus")
          .definedBy("org.palimpsest.corpus..")
          .layer("training")
          .definedBy("org.palimpsest.training..")
          .layer("evaluation")
          .definedBy("org.palimpsest.evaluation..")
          .layer("tasks")
          .definedBy("org.palimpsest.tasks..")
          .layer("pipeline")
          .definedBy("org.palimpsest.pipeline..")
          .layer("cli")
          .definedBy("org.palimpsest.cli..")
          .whereLayer("base")
          .mayNotAccessAnyLayer()
          .whereLayer("objective")
          .mayOnlyAccessLayers("base")
          .whereLayer("model")
          .mayOnlyAccessLayers("base", "objective")
          .whereLayer("engine-torch")
          .mayOnlyAccessLayers("base", "objective", "model")
          .whereLayer("engine-dl4j")
          .mayOnlyAccessLayers("base", "objective", "model")
          .whereLayer("collective")
          .mayOnlyAccessLayers("base", "model")
          .whereLayer("storage")
          .mayOnlyAccessLayers("base", "objective", "model")
          .whereLayer("corpus")
          .mayOnlyAccessLayers("base", "objective", "storage")
          .whereLayer("training")
          .mayOnlyAccessLayers("base", "model", "collective", "storage")
          .whereLayer("evaluation")
          .mayOnlyAccessLayers("base", "objective", "model", "storage", "corpus", "training")
          .whereLayer("tasks")
          .mayOnlyAccessLayers(
              "base", "objective", "model", "storage", "corpus", "training", "evaluation")
          .whereLayer("pipeline")
          .mayOnlyAccessLayers(
              "base", "objective", "model", "storage", "corpus", "training", "evaluation", "tasks")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.palimpsest.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule engineIsFoundByItsServiceOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.palimpsest.torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.palimpsest.torch..");

  @ArchTest
  static final ArchRule dl4jEngineIsForDeeplearning4jOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.palimpsest.dl4j..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.palimpsest.dl4j..");

  @ArchTest
  static final ArchRule noSparkInTheMathematics =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.palimpsest.base..",
              "org.palimpsest.objective..",
              "org.palimpsest.model..",
              "org.palimpsest.torch..",
              "org.palimpsest.collective..")
          .or()
          .resideInAnyPackage(DL4J_ENGINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule noHadoopBelowStorage =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.palimpsest.base..",
              "org.palimpsest.objective..",
              "org.palimpsest.model..",
              "org.palimpsest.torch..",
              "org.palimpsest.collective..")
          .or()
          .resideInAnyPackage(DL4J_ENGINE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hadoop..");

  @ArchTest
  static final ArchRule trainingKnowsNoCorpus =
      noClasses()
          .that()
          .resideInAPackage("org.palimpsest.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.palimpsest.corpus..", "org.palimpsest.objective..");

  @ArchTest
  static final ArchRule libTorchStaysInItsModules =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.palimpsest.torch..", "org.palimpsest.collective..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.pytorch..");

  @ArchTest
  static final ArchRule nativesStayInTheirModules =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.palimpsest.torch..", "org.palimpsest.dl4j..", "org.palimpsest.collective..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule nd4jStaysInItsModules =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.palimpsest.dl4j..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

  @ArchTest
  static final ArchRule objectivesArePureJava =
      noClasses()
          .that()
          .resideInAPackage("org.palimpsest.objective..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "org.palimpsest.objective..", "org.palimpsest.base..", "java..", "com.ibm.icu..");

  /** It runs code of whoever wrote the file or the message. Spark's closures are Spark's. */
  @ArchTest
  static final ArchRule noObjectIsDeserialized =
      noClasses()
          .should()
          .callConstructorWhere(
              describe(
                  "the target is an ObjectInputStream",
                  call -> call.getTargetOwner().isAssignableTo(ObjectInputStream.class)))
          .orShould()
          .callMethodWhere(
              describe(
                  "the target is Deeplearning4j's ModelSerializer",
                  call ->
                      call.getTargetOwner()
                          .getName()
                          .equals("org.deeplearning4j.util.ModelSerializer")));

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Helpers")
          .orShould()
          .haveSimpleNameEndingWith("Manager");

  @ArchTest
  static final ArchRule publicSignaturesAreJava =
      codeUnits()
          .that(describe("are visible outside", ArchitectureTest::isVisible))
          .should(not(be(describe("naming a Scala type", ArchitectureTest::namesScala))));

  @ArchTest
  static final ArchRule noStaticMutableState =
      fields()
          .that(describe("are static and ours", ArchitectureTest::isOwnStatic))
          .should(haveModifier(JavaModifier.FINAL));

  private static boolean isVisible(JavaCodeUnit unit) {
    return unit.getModifiers().contains(JavaModifier.PUBLIC)
        && unit.getOwner().getModifiers().contains(JavaModifier.PUBLIC)
        && !unit.getModifiers().contains(JavaModifier.SYNTHETIC)
        && !isDemandedBySpark(unit);
  }

  /** A method of a Spark trait has the types that the trait gives it. */
  private static boolean isDemandedBySpark(JavaCodeUnit unit) {
    String[] parameters =
        unit.getRawParameterTypes().stream().map(JavaClass::getName).toArray(String[]::new);
    return unit.getOwner().getAllRawInterfaces().stream()
        .filter(type -> type.getPackageName().startsWith("org.apache.spark"))
        .anyMatch(type -> type.tryGetMethod(unit.getName(), parameters).isPresent());
  }

  private static boolean namesScala(JavaCodeUnit unit) {
    return Stream.concat(unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType()))
        .map(JavaClass::getPackageName)
        .anyMatch(name -> name.equals("scala") || name.startsWith("scala."));
  }

  private static boolean isOwnStatic(JavaField field) {
    return field.getModifiers().contains(JavaModifier.STATIC)
        && !field.getModifiers().contains(JavaModifier.SYNTHETIC);
  }
}
