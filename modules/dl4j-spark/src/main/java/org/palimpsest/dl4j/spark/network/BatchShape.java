package org.palimpsest.dl4j.spark.network;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/** Checks that a batch fits a graph. */
final class BatchShape {
  private BatchShape() {}

  /**
   * Checks what the graph itself does not check, or reports unclearly.
   *
   * @throws PalimpsestException of kind INPUT
   */
  static void refuseMisfits(MultiDataSet batch, ComputationGraph graph) {
    int inputs = count(batch.getFeatures());
    int outputs = count(batch.getLabels());
    if (inputs != graph.getNumInputArrays() || outputs != graph.getNumOutputArrays()) {
      throw PalimpsestException.input(
          "A batch has "
              + inputs
              + " arrays of features and "
              + outputs
              + " of labels, but the network has "
              + graph.getNumInputArrays()
              + " inputs and "
              + graph.getNumOutputArrays()
              + " outputs: give one array to each input and output.");
    }
    long examples = batch.getFeatures(0).size(0);
    boolean uneven =
        Stream.concat(Arrays.stream(batch.getFeatures()), Arrays.stream(batch.getLabels()))
            .anyMatch(array -> array.size(0) != examples);
    if (uneven) {
      throw PalimpsestException.input(
          "A batch with "
              + shapes(batch)
              + " has different numbers of examples: give all its arrays the same first dimension.");
    }
  }

  private static int count(INDArray[] arrays) {
    return arrays == null ? 0 : arrays.length;
  }

  /** The exception for a failure of the graph with a batch. */
  static PalimpsestException unfit(MultiDataSet batch, RuntimeException e) {
    if (e instanceof PalimpsestException known) {
      return known;
    }
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    return new PalimpsestException(
        Kind.INPUT,
        "The network cannot compute a batch with "
            + shapes(batch)
            + ": "
            + (why.endsWith(".") ? why.substring(0, why.length() - 1) : why)
            + ".",
        e);
  }

  private static String shapes(MultiDataSet batch) {
    return "features " + shapes(batch.getFeatures()) + " and labels " + shapes(batch.getLabels());
  }

  private static String shapes(INDArray[] arrays) {
    return Arrays.stream(arrays)
        .map(array -> Arrays.toString(array.shape()))
        .collect(Collectors.joining(", "));
  }
}
