package org.palimpsest.dl4j;

import java.util.Objects;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.palimpsest.model.spec.ModelSpec;

/**
 * The input of the graph: packs the ids of sources and decoder inputs into rows without padding, by
 * their masks. See {@link DataSets} for the arrays.
 */
public final class TokensVertex extends GraphVertex {
  private static final long serialVersionUID = 1;

  @JsonProperty private String model;
  @JsonProperty private long seed;

  /** For Deeplearning4j, which sets the fields. */
  private TokensVertex() {}

  TokensVertex(ModelSpec spec, long seed) {
    this.model = SpecText.of(spec);
    this.seed = seed;
  }

  /** The model of the graph. */
  public ModelSpec spec() {
    return SpecText.read(model);
  }

  /** The seed of dropout; the iteration is its other input. */
  public long seed() {
    return seed;
  }

  @Override
  public TokensVertex clone() {
    TokensVertex clone = new TokensVertex();
    clone.model = model;
    clone.seed = seed;
    return clone;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokensVertex that && model.equals(that.model) && seed == that.seed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, seed);
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public TokensGraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int number,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkDatatype) {
    return new TokensGraphVertex(this, graph, name, number, networkDatatype);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
    return InputType.feedForward(1);
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputTypes) {
    InputType type = InputType.feedForward(1);
    return new LayerMemoryReport.Builder("tokens", TokensVertex.class, type, type)
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }
}
