package org.palimpsest.dl4j;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.spec.ModelSpec;

/**
 * How rows go from layer to layer of a ComputationGraph.
 *
 * <p>A graph that is driven from outside shows them as arrays. When a replica feeds it, the arrays
 * that Deeplearning4j carries around stand for them only: a view costs some 50 µs, and nobody looks
 * at it.
 */
final class Flow {
  private final Pass pass;
  private final INDArray stand;
  private Feed feed;
  private Matrix rows;
  private INDArray shown;
  private double loss;

  /**
   * What a replica has computed.
   *
   * @param key of the dropout; null for none
   * @param number of the slice in its batch
   */
  record Feed(Slice slice, DropoutKey key, int number, Numerics numerics) {}

  Flow(ModelSpec spec, DataType type) {
    Backend.loaded();
    Kernels kernels = type == DataType.DOUBLE ? new DoubleKernels() : new FloatKernels();
    if (kernels.type() != type) {
      throw PalimpsestException.configuration(
          "The graph's data type is "
              + type
              + ", but its layers compute FLOAT or DOUBLE: set one.");
    }
    pass = new Pass(new Workspace(spec, kernels));
    stand = Nd4j.createUninitialized(type, 1, 1);
  }

  /** That of a graph; refuses one whose layers are not all ours. */
  static Flow of(ComputationGraph graph) {
    TokensGraphVertex tokens = null;
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof TokensGraphVertex found) {
        tokens = found;
      } else if (!vertex.isInputVertex() && !(vertex.getLayer() instanceof BlockLayer)) {
        throw unknown(vertex.getVertexName());
      }
    }
    if (tokens == null) {
      throw PalimpsestException.input(
          "The graph has no vertex of tokens: make it with Transformers.configuration.");
    }
    return tokens.flow();
  }

  private static PalimpsestException unknown(String layer) {
    return PalimpsestException.input(
        "The graph's layer '"
            + layer
            + "' is not one of a Palimpsest transformer: make the graph with"
            + " Transformers.configuration, or train it with Deeplearning4j.");
  }

  Pass pass() {
    return pass;
  }

  /** Says what the next passes compute, instead of the graph's inputs and labels. */
  void feed(Feed next) {
    feed = next;
  }

  /** Null when the graph is driven from outside. */
  Feed fed() {
    return feed;
  }

  /** What the graph's inputs are when it is fed. */
  INDArray stand() {
    return stand;
  }

  /** Begins a pass; there are no rows yet. */
  INDArray begin(Slice slice) {
    pass.begin(slice);
    rows = null;
    shown = feed == null ? Nd4j.createFromArray(slice.source().tokens()) : stand;
    return shown;
  }

  /** The rows that an array shows. */
  Matrix take(INDArray array, String layer) {
    if (feed == null && array != shown) {
      throw unknown(layer);
    }
    return rows;
  }

  /** Passes rows on; the array is valid until the next pass. */
  INDArray give(Matrix next) {
    rows = next;
    if (feed != null || next == null) {
      shown = stand;
    } else {
      shown =
          next.memory()
              .array()
              .get(NDArrayIndex.interval(next.offset(), next.offset() + next.size()))
              .reshape('c', next.rows(), next.columns());
    }
    return shown;
  }

  /** The rows that came last. */
  Matrix rows() {
    return rows;
  }

  /** The loss of the last backward pass, as the head has summed it. */
  double loss() {
    return loss;
  }

  void tell(double sum) {
    loss = sum;
  }
}
