package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.palimpsest.dl4j.Transformers;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Palimpsest's model as a graph of Deeplearning4j, trained by Deeplearning4j's master and by ours.
 */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class EncoderDecoderTest {
  private static final ModelSpec SPEC = new ModelSpec(20, 16, 32, 2, 1, 1, 16, 0, 0, 1, 2, 2);
  private static final int ROWS = 4;
  private static final int LENGTH = 6;

  @TempDir Path folder;

  private final JavaSparkContext spark;

  EncoderDecoderTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private TrainingMaster<?, ?> master(String name) {
    return name.equals("stock")
        ? new ParameterAveragingTrainingMaster.Builder(2, ROWS)
            .batchSizePerWorker(ROWS)
            .averagingFrequency(3)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .rngSeed(1)
            .build()
        : new OuterLoopTrainingMaster.Builder(2, ROWS)
            .batchSizePerWorker(ROWS)
            .averagingFrequency(3)
            .exportDirectory(folder.toString())
            .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stock", "ours"})
  void bothMastersTrainTheModel(String name) {
    ComputationGraph graph =
        new ComputationGraph(
            Transformers.configuration(
                SPEC, new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(5e-3))));
    graph.init();
    SparkComputationGraph network = new SparkComputationGraph(spark, graph, master(name));
    List<MultiDataSet> copies = Stream.generate(new Copies()::next).limit(48).toList();
    double before = graph.score(copies.get(0), false);
    JavaRDD<MultiDataSet> data = spark.parallelize(copies, 2);
    for (int epoch = 0; epoch < 3; epoch++) {
      network.fitMultiDataSet(data);
    }
    assertThat(before).isBetween(Math.log(20) - 0.1, Math.log(20) + 1.2);
    assertThat(graph.score(copies.get(0), false)).isLessThan(0.9 * before);
  }

  /** Targets that repeat the source, in which a few tokens are frequent. */
  private static final class Copies {
    private final Random random = new Random(1);

    MultiDataSet next() {
      List<float[]> source = new ArrayList<>();
      List<float[]> input = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        float[] ids = new float[LENGTH];
        float[] shifted = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
          ids[i] = 4 + Math.min(random.nextInt(16), random.nextInt(16));
          shifted[i] = i == 0 ? SPEC.decoderStart() : ids[i - 1];
        }
        source.add(ids);
        input.add(shifted);
      }
      INDArray ids = Nd4j.create(source.toArray(float[][]::new));
      INDArray shifted = Nd4j.create(input.toArray(float[][]::new));
      return new org.nd4j.linalg.dataset.MultiDataSet(
          new INDArray[] {ids, shifted}, new INDArray[] {ids.dup()});
    }
  }
}
