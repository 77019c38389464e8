package org.palimpsest.dl4j.spark.network;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.shade.jackson.databind.exc.InvalidTypeIdException;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/**
 * A network's configuration, from which workers build it.
 *
 * @param form kind of network
 * @param json the configuration in Deeplearning4j's format
 */
public record Blueprint(Form form, String json) implements Serializable {

  /** Deeplearning4j's two kinds of networks. */
  public enum Form {
    GRAPH,
    LAYERS
  }

  /**
   * Builds the network as a graph. A network of layers becomes the graph of the same layers, whose
   * flat parameters and updater state have, by Deeplearning4j's definition, the same order.
   *
   * @throws PalimpsestException of kind CLUSTER if it cannot be built here
   */
  public ComputationGraph build() {
    return described(
        () ->
            switch (form) {
              case GRAPH -> graph();
              case LAYERS -> layers();
            });
  }

  /**
   * Checks that all classes of the network are available, without creating parameters.
   *
   * @throws PalimpsestException of kind CLUSTER that names the first missing class
   */
  public void refuseUnknownLayers() {
    described(
        () ->
            switch (form) {
              case GRAPH -> ComputationGraphConfiguration.fromJson(json);
              case LAYERS -> MultiLayerConfiguration.fromJson(json);
            });
  }

  private static <T> T described(Supplier<T> making) {
    try {
      return making.get();
    } catch (OutOfMemoryError e) {
      throw Backend.outOfMemory(e);
    } catch (RuntimeException e) {
      throw new PalimpsestException(
          Kind.CLUSTER,
          "The network cannot be built on an executor: "
              + why(e)
              + "; add the classes of custom layers to the executors' class path (--jars).",
          e);
    }
  }

  /** The missing class; Deeplearning4j reports an old format instead. */
  private static String why(RuntimeException e) {
    return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
        .filter(InvalidTypeIdException.class::isInstance)
        .map(cause -> "class not found: " + ((InvalidTypeIdException) cause).getTypeId())
        .findFirst()
        .orElseGet(() -> String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
  }

  private ComputationGraph graph() {
    ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    graph.init();
    return graph;
  }

  private ComputationGraph layers() {
    MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    network.init();
    ComputationGraph graph = network.toComputationGraph();
    graph.conf().setMiniBatch(network.conf().isMiniBatch()); // the conversion does not copy it
    network.close();
    return graph;
  }
}
