package org.palimpsest.dl4j.spark;

import java.io.Serializable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.PalimpsestException.Kind;

/**
 * A network's configuration, from which a worker builds its own.
 *
 * @param form what the configuration is of
 * @param json the configuration as Deeplearning4j writes it
 */
record Blueprint(Form form, String json) implements Serializable {

  /** Deeplearning4j's two kinds of networks. */
  enum Form {
    GRAPH,
    LAYERS
  }

  /**
   * Builds the network as a graph. A network of layers becomes the graph of the same layers, whose
   * flat parameters and updater state have, by Deeplearning4j's definition, the same order.
   */
  ComputationGraph build() {
    try {
      return switch (form) {
        case GRAPH -> graph();
        case LAYERS -> layers();
      };
    } catch (OutOfMemoryError e) {
      throw Backend.outOfMemory(e);
    } catch (RuntimeException e) {
      throw new PalimpsestException(
          Kind.CLUSTER,
          "The network cannot be built on an executor: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "; if it has layers of your own, put their classes on the executors' class path"
              + " (--jars).",
          e);
    }
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
    graph.conf().setMiniBatch(network.conf().isMiniBatch()); // The conversion forgets it.
    network.close();
    return graph;
  }
}
