package org.palimpsest.dl4j;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.kernel.DoubleKernels;
import org.palimpsest.dl4j.kernel.FloatKernels;
import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.dl4j.stack.Pass;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Passes rows from layer to layer of a ComputationGraph.
 *
 * <p>A graph that is driven from outside exposes the rows as arrays. When a replica feeds the
 * graph, all arrays that Deeplearning4j passes around are one placeholder: a view of the rows costs
 * about 50 µs, and no one reads it.
 */
final class GraphFeed {
  private final Pass pass;
  private final INDArray placeholder;
  private Input input;
  private Matrix rows;
  private INDArray shown;
  private double loss;

  /**
   * The input of a replica's pass.
   *
   * @param key of the dropout; null for no dropout
   * @param number of the slice in its batch
   */
  record Input(Slice slice, DropoutKey key, int number, Numerics numerics) {}

  GraphFeed(ModelSpec spec, DataType type) {
    Backend.loaded();
    Kernels kernels = type == DataType.DOUBLE ? new DoubleKernels() : new FloatKernels();
    if (kernels.type() != type) {
      throw PalimpsestException.configuration(
          "The graph's data type is "
              + type
              + ", but its layers compute FLOAT or DOUBLE: set one.");
    }
    pass = new Pass(new Workspace(spec, kernels));
    placeholder = Nd4j.createUninitialized(type, 1, 1);
  }

  /** The feed of a graph; refuses a graph with a layer that is not from this project. */
  static GraphFeed of(ComputationGraph graph) {
    TokensGraphVertex tokens = null;
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof TokensGraphVertex found) {
        tokens = found;
      } else if (!vertex.isInputVertex() && !(vertex.getLayer() instanceof BlockLayer)) {
        throw unknown(vertex.getVertexName());
      }
    }
    if (tokens == null) {
      throw withoutTokens();
    }
    return tokens.feed();
  }

  static PalimpsestException withoutTokens() {
    return PalimpsestException.input(
        "The graph has no vertex of tokens: make it with Transformers.configuration.");
  }

  static PalimpsestException unknown(String layer) {
    return PalimpsestException.input(
        "The graph's layer '"
            + layer
            + "' is not one of a Palimpsest transformer: make the graph with"
            + " Transformers.configuration, or train it with Deeplearning4j.");
  }

  Pass pass() {
    return pass;
  }

  /** Sets the input of the next passes, which replaces the graph's inputs and labels. */
  void feed(Input next) {
    input = next;
  }

  /** The input of this pass; null when the graph is driven from outside. */
  Input input() {
    return input;
  }

  /** The array in place of inputs and activations when a replica feeds the graph. */
  INDArray placeholder() {
    return placeholder;
  }

  /** Starts a pass; there are no rows yet. */
  INDArray begin(Slice slice) {
    pass.begin(slice);
    rows = null;
    shown = input == null ? Nd4j.createFromArray(slice.source().tokens()) : placeholder;
    return shown;
  }

  /** The rows behind an array. */
  Matrix rowsOf(INDArray array, String layer) {
    if (input == null && array != shown) {
      throw unknown(layer);
    }
    return rows;
  }

  /** Passes rows on; the array is valid until the next pass. */
  INDArray publish(Matrix next) {
    rows = next;
    if (input != null || next == null) {
      shown = placeholder;
    } else {
      shown =
          next.memory()
              .array()
              .get(NDArrayIndex.interval(next.offset(), next.offset() + next.size()))
              .reshape('c', next.rows(), next.columns());
    }
    return shown;
  }

  /** The latest rows. */
  Matrix rows() {
    return rows;
  }

  /** The loss that the head summed in the last backward pass. */
  double loss() {
    return loss;
  }

  void setLoss(double sum) {
    loss = sum;
  }
}
