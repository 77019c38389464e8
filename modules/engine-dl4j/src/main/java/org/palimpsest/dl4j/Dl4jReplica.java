package org.palimpsest.dl4j;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.kernel.FlatRows;
import org.palimpsest.dl4j.optimizer.Optimizer;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.decoding.Writer;
import org.palimpsest.model.replica.EngineReplica;
import org.palimpsest.model.replica.SliceLoop;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** A replica as a ComputationGraph, with an optimizer over its flat vectors. */
final class Dl4jReplica extends EngineReplica {
  private final Backend backend;
  private final ReplicaOptions options;
  private final Network network;
  private final INDArray state;
  private final Optimizer optimizer;

  Dl4jReplica(Backend backend, ModelSpec spec, ReplicaOptions options) {
    super(spec);
    this.backend = backend;
    this.options = options;
    ParameterLayout layout = ParameterLayout.of(spec);
    int sliceRows = SliceLoop.rows(spec.width());
    network = new Network(spec, options.seed(), DataType.FLOAT, options.numerics(), sliceRows);
    state = Nd4j.zeros(DataType.FLOAT, Math.max(1, options.optimizer().stateSize(layout)));
    optimizer =
        Optimizer.of(options.optimizer(), layout, network.parameters(), network.gradients(), state);
  }

  @Override
  public FlatVector parameters() {
    return ArrayVector.of(network.parameters());
  }

  @Override
  public FlatVector gradients() {
    return ArrayVector.of(network.gradients());
  }

  @Override
  public FlatVector optimizerState() {
    return ArrayVector.of(state, options.optimizer().stateSize(ParameterLayout.of(spec())));
  }

  @Override
  public void zeroGradients() {
    FlatRows.fill(network.gradients(), 0);
  }

  /** Refuses dropout inside layers in training; scoring and decoding have no dropout. */
  @Override
  protected void requireTrainable() {
    if (spec().dropouts().reachInside()) {
      throw PalimpsestException.configuration(
          "The engine dl4j has no dropout inside attention and feed-forward: set"
              + " model.attention-dropout = 0 and model.activation-dropout = 0, or engine ="
              + " torch.");
    }
  }

  @Override
  public double gradientNorm() {
    return Math.sqrt(FlatRows.sumOfSquares(network.gradients(), 0, network.gradients().length()));
  }

  @Override
  public void scaleGradients(double factor) {
    FlatRows.scale(network.gradients(), network.gradients().length(), factor);
  }

  @Override
  protected SliceLoop slices() {
    return network.slices();
  }

  @Override
  protected void useThreads() {
    backend.useThreads(options.threads());
  }

  @Override
  protected void step(long number, double learningRate) {
    optimizer.step(number, learningRate);
  }

  @Override
  protected double[] encoded(List<int[]> sources) {
    return network.encode(sources);
  }

  @Override
  protected Writer.Start writers() {
    return (sources, each, room) -> new Dl4jWriter(network, network.begin(sources, each, room));
  }

  @Override
  public void close() {
    network.close();
    state.close();
  }
}
