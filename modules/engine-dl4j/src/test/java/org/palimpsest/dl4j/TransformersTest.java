package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** The graph with Deeplearning4j's own tools. */
@Tag("slow")
class TransformersTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0.1, 0, 1, 2, 2);
  private static final long SEED = 7;

  @TempDir private Path folder;

  static List<ModelSpec> models() {
    ModelSpec t5 = SPEC.with(Initialization.T5.PUBLISHED);
    return List.of(SPEC, t5.with(Architecture.T5), t5.with(Architecture.T5_V1_1));
  }

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(SEED).updater(new Adam(5e-3));
  }

  private static ComputationGraph graph(ModelSpec spec) {
    ComputationGraph graph = new ComputationGraph(Transformers.configuration(spec, settings()));
    graph.init();
    return graph;
  }

  private static MultiDataSet data(ModelSpec spec) {
    return DataSets.of(Examples.batch(spec, new Random(3), 4));
  }

  private static Replica replica(ModelSpec spec) {
    return new Dl4jEngine()
        .createReplica(spec, new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), SEED));
  }

  @ParameterizedTest
  @MethodSource("models")
  void parametersHaveTheLayoutOfCheckpointsAndFitLearns(ModelSpec spec) {
    ComputationGraph graph = graph(spec);
    assertThat(graph.numParams()).as("parameters").isEqualTo(ParameterLayout.of(spec).size());
    try (Replica replica = replica(spec)) {
      assertThat(graph.params().data().asFloat())
          .as("initial parameters")
          .isEqualTo(replica.parameters().toArray());
      Batch batch = Examples.batch(spec, new Random(3), 4);
      assertThat(graph.score(data(spec)))
          .as("score")
          .isCloseTo(replica.loss(batch).mean(), within(1e-5));
    }
    for (int i = 0; i < 200; i++) {
      graph.fit(data(spec));
    }
    assertThat(graph.score(data(spec))).as("score after 200 steps").isLessThan(0.5);
  }

  @Test
  void stepFollowsTheGradientOfTheMeanLoss() {
    Batch batch = Examples.weighted(Examples.batch(SPEC, new Random(8), 6));
    ComputationGraph graph = graph(SPEC);
    MultiDataSet data = DataSets.of(batch);
    graph.setInputs(data.getFeatures());
    graph.setLabels(data.getLabels());
    graph.setLayerMaskArrays(data.getFeaturesMaskArrays(), data.getLabelsMaskArrays());
    graph.computeGradientAndScore();
    try (Replica replica = replica(SPEC)) {
      double weight = replica.backward(batch, new DropoutKey(SEED, 0, 0, 0)).weight();
      replica.scaleGradients(1 / weight);
      float[] expected = replica.gradients().toArray();
      float[] actual = graph.gradient().gradient().data().asFloat();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as("gradient %d", i).isCloseTo(expected[i], within(1e-4f));
      }
    }
    assertThat(graph.gradient().gradientForVariable())
        .as("gradients by name")
        .containsKey("encoder-1_self-attn.q-proj.weight")
        .hasSize(ParameterLayout.of(SPEC).tensors().size());
  }

  @ParameterizedTest
  @MethodSource("models")
  void savedGraphContinuesIdentically(ModelSpec spec) throws IOException {
    ComputationGraph graph = graph(spec);
    MultiDataSet data = data(spec);
    for (int i = 0; i < 3; i++) {
      graph.fit(data);
    }
    File file = folder.resolve("graph.zip").toFile();
    ModelSerializer.writeModel(graph, file, true);
    ComputationGraph restored = Transformers.restore(file);
    assertThat(Transformers.spec(restored)).as("specification").isEqualTo(spec);
    for (int i = 0; i < 3; i++) {
      graph.fit(data);
      restored.fit(data);
    }
    assertThat(restored.params().data().asFloat())
        .as("parameters")
        .isEqualTo(graph.params().data().asFloat());
  }

  @Test
  void configurationSurvivesJson() {
    ComputationGraphConfiguration configuration = Transformers.configuration(SPEC, settings());
    String text = configuration.toJson();
    ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(text);
    assertThat(read).as("configuration").isEqualTo(configuration);
    assertThat(read.clone()).as("clone").isEqualTo(configuration);
  }

  @Test
  void outputsAreProbabilities() {
    Batch batch = Examples.batch(SPEC, new Random(5), 3);
    MultiDataSet data = DataSets.of(batch);
    ComputationGraph graph = graph(SPEC);
    graph.setLayerMaskArrays(data.getFeaturesMaskArrays(), null);
    INDArray output = graph.output(false, data.getFeatures(), data.getFeaturesMaskArrays())[0];
    assertThat(output.shape())
        .as("shape")
        .containsExactly(3, SPEC.vocabulary(), batch.targetLength());
    try (Replica replica = replica(SPEC)) {
      float[] losses = replica.score(batch).loss();
      for (int row = 0; row < 3; row++) {
        for (int t = 0; t < batch.targetLength(); t++) {
          int at = row * batch.targetLength() + t;
          boolean text = t < batch.targetLengths()[row];
          double expected = text ? Math.exp(-losses[at]) : 0;
          assertThat(output.getDouble(row, batch.target()[at], t))
              .as("probability at %d, %d", row, t)
              .isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @Test
  void masksNumberPackedExamples() {
    Batch packed = Batch.packed(Examples.list(SPEC, new Random(14), 9), SPEC.pad(), 24, 24);
    try (Replica replica = replica(SPEC)) {
      assertThat(graph(SPEC).score(DataSets.of(packed)))
          .as("score")
          .isCloseTo(replica.loss(packed).mean(), within(1e-5));
    }
  }

  @Test
  void fitsInDoublePrecision() {
    NeuralNetConfiguration.Builder settings = settings().dataType(DataType.DOUBLE);
    ComputationGraph graph = new ComputationGraph(Transformers.configuration(SPEC, settings));
    graph.init();
    double before = graph.score(data(SPEC));
    graph.fit(data(SPEC));
    assertThat(graph.score(data(SPEC))).as("score after a step").isLessThan(before);
  }

  @Test
  void refusesForeignLayers() throws IOException {
    ComputationGraph foreign =
        new ComputationGraph(
            settings()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(3))
                .addLayer("hidden", new DenseLayer.Builder().nOut(4).build(), "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    foreign.init();
    File file = folder.resolve("foreign.zip").toFile();
    ModelSerializer.writeModel(foreign, file, false);
    assertThatThrownBy(() -> Transformers.restore(file))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The graph's layer 'hidden' is not one of a Palimpsest transformer: make the graph with"
                + " Transformers.configuration, or train it with Deeplearning4j.");
  }

  @Test
  void refusesForeignLayersBetweenOurs() {
    ComputationGraphConfiguration configuration = Transformers.configuration(SPEC, settings());
    ComputationGraphConfiguration.GraphBuilder builder =
        new ComputationGraphConfiguration.GraphBuilder(configuration, settings());
    builder.addLayer(
        "between", new ActivationLayer.Builder().activation(Activation.TANH).build(), "encoder-0");
    builder.getVertexInputs().put("encoder-1", List.of("between"));
    ComputationGraphConfiguration changed = builder.build();
    changed.setTopologicalOrder(null);
    changed.setTopologicalOrderStr(null);
    ComputationGraph graph = new ComputationGraph(changed);
    graph.init();
    assertThatThrownBy(() -> graph.fit(data(SPEC)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The graph's layer 'between' is not one of a Palimpsest");
  }

  @Test
  void refusesFilesThatAreNotGraphs() throws IOException {
    Path file = Files.writeString(folder.resolve("text.zip"), "no zip at all");
    assertThatThrownBy(() -> Transformers.restore(file.toFile()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("'" + file + "' is not a graph that Deeplearning4j's");
  }

  @Test
  void refusesArraysOfTheWrongShape() {
    MultiDataSet data = data(SPEC);
    ComputationGraph graph = graph(SPEC);
    INDArray labels = Nd4j.zeros(DataType.INT32, 2, 3);
    INDArray source = data.getFeatures(0);
    assertThatThrownBy(() -> graph.score(with(data, source, labels)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The labels have shape [2, 3], but must have that of the decoder's ids: give one label"
                + " for each id.");
    INDArray cube = Nd4j.zeros(DataType.INT32, 4, 2, 3);
    assertThatThrownBy(() -> graph.score(with(data, cube, data.getLabels(0))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The graph's first input has shape [4, 2, 3] but needs 2 dimensions: give"
                + " ids and masks the shapes that DataSets documents.");
    data.getFeaturesMaskArray(0).putScalar(0, 0, 5);
    assertThatThrownBy(() -> graph.score(data))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A mask of the graph's inputs must be 1, 2, … in this order and then 0: number the"
                + " examples of a row from 1 on, without a gap.");
  }

  private static MultiDataSet with(MultiDataSet data, INDArray source, INDArray labels) {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        new INDArray[] {source, data.getFeatures(1)}, new INDArray[] {labels}, null, null);
  }
}
