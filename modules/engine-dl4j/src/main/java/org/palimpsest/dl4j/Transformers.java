package org.palimpsest.dl4j;

import java.io.File;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.Architecture.Placement;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Encoder-decoders as graphs of Deeplearning4j: {@code tokens → source-embedding → encoder-0 … →
 * target-embedding → decoder-0 … → head}. Parameters are in the order of the model's layout, so
 * that {@link ComputationGraph#params()} is the flat vector of a checkpoint.
 *
 * <p>Such a graph is trained, scored and saved like any other: {@code new
 * ComputationGraph(Transformers.configuration(spec, builder))}, with data sets in the layout of
 * {@link DataSets}. Layers manage their own memory and need no ND4J workspaces.
 */
public final class Transformers {
  private Transformers() {}

  /**
   * The configuration of a model's graph.
   *
   * @param global seed, updater, regularization and data type (FLOAT, or DOUBLE for difference
   *     quotients); workspaces and the division by the number of rows are turned off: the loss is
   *     the mean over target tokens
   */
  public static ComputationGraphConfiguration configuration(
      ModelSpec spec, NeuralNetConfiguration.Builder global) {
    NeuralNetConfiguration.Builder settings =
        global
            .clone()
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .miniBatch(false);
    ComputationGraphConfiguration.GraphBuilder builder =
        settings.graphBuilder().addInputs("source", "decoder-input");
    builder.addVertex(
        "tokens",
        new TokensVertex(spec, settings.clone().build().getSeed()),
        "source",
        "decoder-input");
    Chain chain = new Chain(spec, settings, builder, "tokens");
    boolean pre = spec.architecture().placement() == Placement.PRE;
    chain.add("source-embedding", LayerKind.SOURCE_EMBEDDING, 0);
    for (int i = 0; i < spec.encoderLayers(); i++) {
      chain.add("encoder-" + i, LayerKind.ENCODER_LAYER, i);
    }
    if (pre) {
      chain.add("encoder-end", LayerKind.ENCODER_END, 0);
    }
    chain.add("target-embedding", LayerKind.TARGET_EMBEDDING, 0);
    for (int i = 0; i < spec.decoderLayers(); i++) {
      chain.add("decoder-" + i, LayerKind.DECODER_LAYER, i);
    }
    if (pre) {
      chain.add("decoder-end", LayerKind.DECODER_END, 0);
    }
    chain.add("head", LayerKind.HEAD, 0);
    return builder.setOutputs("head").build();
  }

  /** Appends layer to layer. */
  private static final class Chain {
    private final ModelSpec spec;
    private final NeuralNetConfiguration.Builder settings;
    private final ComputationGraphConfiguration.GraphBuilder builder;
    private String last;

    Chain(
        ModelSpec spec,
        NeuralNetConfiguration.Builder settings,
        ComputationGraphConfiguration.GraphBuilder builder,
        String first) {
      this.spec = spec;
      this.settings = settings;
      this.builder = builder;
      this.last = first;
    }

    void add(String name, LayerKind kind, int index) {
      TransformerLayer layer = new TransformerLayer(spec, kind, index);
      layer.setLayerName(name);
      builder.addVertex(name, new TransformerVertex(settings.clone().layer(layer).build()), last);
      last = name;
    }
  }

  /**
   * Restores a graph that {@link ModelSerializer} has written, with its updater state. The file may
   * come from anywhere: unlike {@code ModelSerializer}, this deserializes no Java object, and
   * refuses a file with entries other than {@code configuration.json}, {@code coefficients.bin} and
   * {@code updaterState.bin}, such as a preprocessor or a normalizer.
   *
   * @throws PalimpsestException of kind INPUT when the file is not such a graph, or has layers of
   *     another kind
   */
  public static ComputationGraph restore(File file) {
    Backend.loaded();
    return GraphFile.read(file);
  }

  /**
   * The model of a graph.
   *
   * @throws PalimpsestException of kind INPUT when a layer is not a transformer's
   */
  public static ModelSpec spec(ComputationGraph graph) {
    return GraphFeed.of(graph).pass().spec();
  }
}
