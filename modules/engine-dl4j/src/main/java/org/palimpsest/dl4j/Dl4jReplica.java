package org.palimpsest.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.decoding.SearchDecoder;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** One copy of the model as a ComputationGraph, with the optimizer over its flat vectors. */
final class Dl4jReplica implements Replica {
  private final Backend backend;
  private final ModelSpec spec;
  private final ReplicaOptions options;
  private final Network network;
  private final INDArray state;
  private final Optimizer optimizer;
  private long updates;

  Dl4jReplica(Backend backend, ModelSpec spec, ReplicaOptions options) {
    this.backend = backend;
    this.spec = spec;
    this.options = options;
    ParameterLayout layout = ParameterLayout.of(spec);
    network = new Network(spec, options.seed(), DataType.FLOAT, Network.sliceRows(spec));
    state = Nd4j.zeros(DataType.FLOAT, Math.max(1, options.optimizer().stateSize(layout)));
    optimizer =
        Optimizer.of(options.optimizer(), layout, network.parameters(), network.gradients(), state);
  }

  @Override
  public ModelSpec spec() {
    return spec;
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
    return ArrayVector.of(state, options.optimizer().stateSize(ParameterLayout.of(spec)));
  }

  @Override
  public long updates() {
    return updates;
  }

  @Override
  public void restoreUpdates(long count) {
    updates = count;
  }

  @Override
  public void zeroGradients() {
    FlatRows.fill(network.gradients(), 0);
  }

  @Override
  public LossSum backward(Batch batch, DropoutKey key) {
    refuseInnerDropout();
    backend.useThreads(options.threads());
    return network.backward(batch, key, options.numerics());
  }

  /** Only where something is dropped: such a model can be scored and decoded. */
  private void refuseInnerDropout() {
    if (spec.dropouts().reachInside()) {
      throw PalimpsestException.configuration(
          "The engine dl4j does not drop inside attention and feed-forward: set"
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
    FlatRows.scale(network.gradients(), factor);
  }

  @Override
  public void update(double learningRate) {
    optimizer.step(++updates, learningRate);
  }

  @Override
  public LossSum loss(Batch batch) {
    backend.useThreads(options.threads());
    return network.loss(batch);
  }

  @Override
  public Scores score(Batch batch) {
    backend.useThreads(options.threads());
    Scores scores = Scores.of(batch);
    network.score(batch, CountedRows.Scope.ALL, scores::put);
    return scores;
  }

  @Override
  public Decoder decoder() {
    return new SearchDecoder(
        spec,
        (sources, each, room) -> {
          backend.useThreads(options.threads());
          return new Dl4jWriter(network, network.begin(sources, each, room));
        });
  }

  @Override
  public void close() {
    network.close();
    state.close();
  }
}
