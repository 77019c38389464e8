package org.palimpsest.dl4j.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.base.PalimpsestException;

/** Networks that cannot be trained in rounds. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class RefusedNetworksTest {
  @TempDir Path folder;

  private final JavaSparkContext spark;

  RefusedNetworksTest(JavaSparkContext spark) {
    this.spark = spark;
  }

  private static MultiLayerConfiguration network(NeuralNetConfiguration.Builder settings) {
    return settings
        .list()
        .layer(new OutputLayer.Builder().nIn(6).nOut(3).activation(Activation.SOFTMAX).build())
        .build();
  }

  private void assertRefused(MultiLayerConfiguration network, String sentence) {
    OuterLoopTrainingMaster master =
        new OuterLoopTrainingMaster.Builder(1, 1).exportDirectory(folder.toString()).build();
    SparkDl4jMultiLayer refused = new SparkDl4jMultiLayer(spark, network, master);
    assertThatThrownBy(() -> refused.fit(spark.parallelize(Networks.points(8, 1), 1)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  @Test
  void refusesTruncatedBackPropagation() {
    MultiLayerConfiguration truncated = Networks.lstm();
    truncated.setBackpropType(BackpropType.TruncatedBPTT);
    assertRefused(
        truncated,
        "The network uses truncated back-propagation through time, which makes several updates per"
            + " batch: cut the sequences and use BackpropType.Standard.");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DOUBLE", "HALF"})
  void refusesOtherTypesThanFloat(DataType type) {
    assertRefused(
        network(new NeuralNetConfiguration.Builder().dataType(type)),
        "The network's parameters are "
            + type
            + ", but training exchanges FLOAT: build the network with dataType(DataType.FLOAT).");
  }

  @ParameterizedTest
  @EnumSource(
      value = OptimizationAlgorithm.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "STOCHASTIC_GRADIENT_DESCENT")
  void refusesLineSearches(OptimizationAlgorithm algorithm) {
    assertRefused(
        network(new NeuralNetConfiguration.Builder().optimizationAlgo(algorithm)),
        "The network is optimized by "
            + algorithm
            + ", a line search: use STOCHASTIC_GRADIENT_DESCENT with any updater.");
  }

  @Test
  void refusesMaximization() {
    assertRefused(
        network(new NeuralNetConfiguration.Builder().minimize(false)),
        "The network is built with minimize(false), but training minimizes a loss: change its sign"
            + " and use minimize(true).");
  }
}
