package org.palimpsest.dl4j.spark.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.spark.network.Blueprint.Form;
import org.palimpsest.dl4j.spark.network.GraphTrainable.Counts;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.saving.ParameterCheck;

/** The program's network on the driver: the start of a fit, which receives its result. */
public sealed interface DriverNetwork {
  /** The program's Spark context. */
  JavaSparkContext spark();

  Model model();

  Blueprint blueprint();

  INDArray updaterState();

  Counts counts();

  /** Sets the iteration count and the last loss. */
  void setProgress(int iteration, double score);

  BackpropType backpropType();

  List<Layer> layers();

  /**
   * The parameters. Spark closes dropped broadcasts if they are closeable, and Deeplearning4j's
   * scoring broadcasts this very array: from now on it is not closeable.
   *
   * @throws PalimpsestException of kind CONFIGURATION if Spark has closed them before
   */
  default FlatVector parameters() {
    INDArray parameters = model().params();
    if (parameters.wasClosed()) {
      throw PalimpsestException.configuration(
          "The network's parameters are closed, because Spark dropped the broadcast of a"
              + " calculateScore or evaluate before the first fit: call"
              + " getNetwork().params().setCloseable(false) before scoring.");
    }
    parameters.setCloseable(false);
    return new ArrayVector(parameters);
  }

  /** The updater's state; empty for an updater without state. */
  default FlatVector updaterVector() {
    INDArray state = updaterState();
    return state == null ? new HeapVector(0) : new ArrayVector(state);
  }

  /** Tells whether the parameters are still what a fit has left. CRC-32C of their bytes. */
  default long checksum() {
    return ParameterCheck.of(parameters()).checksum();
  }

  /** Names and shapes of all parameters: networks with the same layout can share checkpoints. */
  default String layout() {
    StringBuilder layout = new StringBuilder();
    for (Map.Entry<String, INDArray> entry : model().paramTable().entrySet()) {
      layout.append(entry.getKey()).append(Arrays.toString(entry.getValue().shape())).append(' ');
    }
    return layout.toString();
  }

  /**
   * Refuses networks that cannot be trained in rounds.
   *
   * @throws PalimpsestException of kind CONFIGURATION
   */
  default void refuseUntrainable() {
    if (model().params().dataType() != DataType.FLOAT) {
      throw PalimpsestException.configuration(
          "The network's parameters are "
              + model().params().dataType()
              + ", but training exchanges FLOAT: build the network with dataType(DataType.FLOAT).");
    }
    if (backpropType() == BackpropType.TruncatedBPTT) {
      throw PalimpsestException.configuration(
          "The network uses truncated back-propagation through time, which makes several updates"
              + " per batch: cut the sequences and use BackpropType.Standard.");
    }
    for (Layer layer : layers()) {
      refuseUntrainable(layer.conf());
    }
  }

  private static void refuseUntrainable(NeuralNetConfiguration conf) {
    if (conf.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw PalimpsestException.configuration(
          "The network is optimized by "
              + conf.getOptimizationAlgo()
              + ", a line search: use STOCHASTIC_GRADIENT_DESCENT with any updater.");
    }
    if (!conf.isMinimize()) {
      throw PalimpsestException.configuration(
          "The network is built with minimize(false), but training minimizes a loss: change its"
              + " sign and use minimize(true).");
    }
  }

  /** The network of a {@code SparkComputationGraph}. */
  record OfGraph(SparkComputationGraph holder) implements DriverNetwork {
    @Override
    public JavaSparkContext spark() {
      return holder.getSparkContext();
    }

    @Override
    public Model model() {
      return holder.getNetwork();
    }

    @Override
    public Blueprint blueprint() {
      return new Blueprint(Form.GRAPH, holder.getNetwork().getConfiguration().toJson());
    }

    @Override
    public INDArray updaterState() {
      return holder.getNetwork().getUpdater().getUpdaterStateViewArray();
    }

    @Override
    public Counts counts() {
      var configuration = holder.getNetwork().getConfiguration();
      return new Counts(configuration.getIterationCount(), configuration.getEpochCount());
    }

    @Override
    public void setProgress(int iteration, double score) {
      holder.getNetwork().getConfiguration().setIterationCount(iteration);
      holder.getNetwork().setScore(score);
      holder.setScore(score);
    }

    @Override
    public BackpropType backpropType() {
      return holder.getNetwork().getConfiguration().getBackpropType();
    }

    @Override
    public List<Layer> layers() {
      return List.of(holder.getNetwork().getLayers());
    }
  }

  /** The network of a {@code SparkDl4jMultiLayer}. */
  record OfLayers(SparkDl4jMultiLayer holder) implements DriverNetwork {
    @Override
    public JavaSparkContext spark() {
      return holder.getSparkContext();
    }

    @Override
    public Model model() {
      return holder.getNetwork();
    }

    @Override
    public Blueprint blueprint() {
      return new Blueprint(Form.LAYERS, holder.getNetwork().getLayerWiseConfigurations().toJson());
    }

    @Override
    public INDArray updaterState() {
      return holder.getNetwork().getUpdater().getStateViewArray();
    }

    @Override
    public Counts counts() {
      var network = holder.getNetwork();
      return new Counts(network.getIterationCount(), network.getEpochCount());
    }

    @Override
    public void setProgress(int iteration, double score) {
      holder.getNetwork().setIterationCount(iteration);
      holder.getNetwork().setScore(score);
      holder.setScore(score);
    }

    @Override
    public BackpropType backpropType() {
      return holder.getNetwork().getLayerWiseConfigurations().getBackpropType();
    }

    @Override
    public List<Layer> layers() {
      return List.of(holder.getNetwork().getLayers());
    }
  }
}
