package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Adam's moments when rounds are Spark jobs, whose tasks end with the round. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class InnerStateTest {
  private static final int BATCH = 8;

  @TempDir Path folder;

  private final JavaSparkContext spark;
  private final List<DataSet> points = Networks.points(8 * BATCH, 3);

  InnerStateTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network = new MultiLayerNetwork(Networks.dense(new Adam(0.01)));
    network.init();
    return network;
  }

  /** Parameters, then Adam's moments. */
  private float[][] trained(int workers, String... recipe) {
    OuterLoopTrainingMaster master =
        new OuterLoopTrainingMaster.Builder(workers, 1)
            .batchSizePerWorker(BATCH)
            .averagingFrequency(2)
            .repartitionData(Repartition.Never)
            .exportDirectory(folder.toString())
            .recipe(recipe)
            .build();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, network(), master);
    JavaRDD<DataSet> data = spark.parallelize(points, 1);
    network.fit(data);
    return vectors(network.getNetwork());
  }

  private static float[][] vectors(MultiLayerNetwork network) {
    return new float[][] {
      network.params().toFloatVector(), network.getUpdater().getStateViewArray().toFloatVector()
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"average", "carried"})
  void oneWorkerLosesNoInnerState(String innerState) {
    MultiLayerNetwork fitted = network();
    for (int at = 0; at < points.size(); at += BATCH) {
      fitted.fit(DataSet.merge(points.subList(at, at + BATCH)));
    }
    float[][] jobs = trained(1, "training.transport=spark", "training.inner-state=" + innerState);
    assertThat(jobs[0]).containsExactly(vectors(fitted)[0], within(1e-6f));
    assertThat(jobs[1]).containsExactly(vectors(fitted)[1], within(1e-6f));
  }

  @Test
  void carriedStateEqualsThatOfACollective() {
    float[][] jobs = trained(2, "training.transport=spark", "training.inner-state=carried");
    float[][] collective = trained(2);
    assertThat(jobs[0]).containsExactly(collective[0], within(1e-6f));
    assertThat(jobs[1]).containsExactly(collective[1], within(1e-6f));
  }

  @Test
  void averagedStateOfTwoWorkersIsReproducible() {
    String[] average = {"training.transport=spark", "training.inner-state=average"};
    float[][] first = trained(2, average);
    assertThat(trained(2, average)).isDeepEqualTo(first);
    assertThat(first[0])
        .isNotEqualTo(trained(2, "training.transport=spark", "training.inner-state=carried")[0])
        .isNotEqualTo(trained(2, "training.transport=spark", "training.inner-state=reset")[0]);
  }
}
