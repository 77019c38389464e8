package org.palimpsest.dl4j.spark.examples;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.Transformers;
import org.palimpsest.dl4j.spark.OuterLoopTrainingMaster;
import org.palimpsest.model.spec.ModelSpec;

/** Executors without classes that the driver has. */
@Tag("cluster")
class PoorExecutorsIT {
  private static final ModelSpec SPEC = new ModelSpec(20, 16, 32, 2, 1, 1, 16, 0, 0, 1, 2, 2);

  @TempDir private Path folder;

  private void fit(Predicate<String> known, ComputationGraphConfiguration configuration) {
    try (Cluster cluster = new Cluster(1, known)) {
      OuterLoopTrainingMaster master =
          new OuterLoopTrainingMaster.Builder(1, 1).exportDirectory(folder.toString()).build();
      new SparkComputationGraph(cluster.spark(), configuration, master)
          .fit(cluster.spark().parallelize(LenetOnSpark.images(16, 1), 1));
    }
  }

  @Test
  void reportsExecutorsWithoutBackend() {
    Predicate<String> others = entry -> !entry.contains("/nd4j-native/");
    assertThatThrownBy(() -> fit(others, LenetOnSpark.configuration()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "ND4J has no working backend: add nd4j-native (with the classifier of this platform) or"
                + " nd4j-cuda to the class path of driver and executors.");
  }

  @Test
  void reportsExecutorsWithoutLayerClasses() {
    Predicate<String> others = entry -> !entry.contains("engine-dl4j");
    ComputationGraphConfiguration ours =
        Transformers.configuration(
            SPEC, new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(5e-3)));
    assertThatThrownBy(() -> fit(others, ours))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "The network cannot be built on an executor: class not found: org.palimpsest.dl4j.")
        .hasMessageEndingWith(
            "; add the classes of custom layers to the executors' class path" + " (--jars).");
  }
}
