package org.palimpsest.dl4j.spark.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The gradient of a graph: the flat array that backpropagation fills, and views of its parts.
 *
 * @param flat the whole array
 * @param byName the same array as named parts, for updaters
 * @param notSums parts that are not sums over examples, which Deeplearning4j does not divide by
 *     their number: the running means of batch normalization, or everything under {@code
 *     miniBatch(false)}
 */
record GraphGradient(INDArray flat, Gradient byName, List<INDArray> notSums) {

  static GraphGradient of(ComputationGraph graph) {
    graph.initGradientsView();
    INDArray flat = graph.getFlattenedGradients();
    Gradient byName = new DefaultGradient(flat);
    List<INDArray> notSums = new ArrayList<>();
    INDArray line = flat.reshape(flat.length());
    long at = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      for (Map.Entry<String, INDArray> parameter : parameters(vertex).entrySet()) {
        long length = parameter.getValue().length();
        INDArray part = line.get(NDArrayIndex.interval(at, at + length));
        byName.setGradientFor(vertex.getVertexName() + "_" + parameter.getKey(), part);
        if (!vertex.updaterDivideByMinibatch(parameter.getKey())) {
          notSums.add(part);
        }
        at += length;
      }
    }
    return new GraphGradient(
        flat, byName, graph.conf().isMiniBatch() ? List.copyOf(notSums) : List.of(line));
  }

  private static Map<String, INDArray> parameters(GraphVertex vertex) {
    Map<String, INDArray> table = vertex.numParams() == 0 ? null : vertex.paramTable(false);
    return table == null ? Map.of() : table;
  }

  /**
   * Converts the gradient of one batch to a sum over its examples throughout, so that batches and
   * workers add up, and one division by the total number of examples gives the mean.
   */
  void makeSums(long examples) {
    notSums.forEach(part -> part.muli(examples));
  }
}
