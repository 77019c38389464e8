package org.palimpsest.dl4j.spark;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.Set;

@AnalyzeClasses(
    packages = "org.palimpsest.dl4j.spark",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Classes of Deeplearning4j whose loading deserializes objects. */
  private static final Set<String> LOADERS =
      Set.of(
          "org.deeplearning4j.util.ModelSerializer",
          "org.nd4j.linalg.dataset.DataSet",
          "org.nd4j.linalg.dataset.MultiDataSet",
          "org.nd4j.linalg.dataset.api.DataSet",
          "org.nd4j.linalg.dataset.api.MultiDataSet");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.palimpsest.dl4j.(**)").should().beFreeOfCycles();

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
                  "the target loads a data set or a model",
                  call ->
                      LOADERS.contains(call.getTargetOwner().getName())
                          && call.getName().matches("load|restore.*")));
}
