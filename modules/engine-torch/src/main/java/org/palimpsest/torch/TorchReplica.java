package org.palimpsest.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.decoding.SearchDecoder;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** One copy of the model in LibTorch: three flat tensors and the arithmetic over them. */
final class TorchReplica implements Replica {
  private final Natives natives;
  private final ModelSpec spec;
  private final ReplicaOptions options;
  private final TorchVector parameters;
  private final TorchVector gradients;
  private final TorchVector state;
  private final Optimizer optimizer;
  private final Transformer network;
  private long updates;

  TorchReplica(Natives natives, ModelSpec spec, ReplicaOptions options) {
    this.natives = natives;
    this.spec = spec;
    this.options = options;
    ParameterLayout layout = ParameterLayout.of(spec);
    parameters = vector(layout.size());
    gradients = vector(layout.size());
    state = vector(options.optimizer().stateSize(layout));
    Initializer.initialise(spec, options.seed(), parameters);
    optimizer =
        Optimizer.of(
            options.optimizer(), layout, parameters.tensor(), gradients.tensor(), state.tensor());
    int sliceRows = Transformer.sliceRows(spec, options.device(), options.numerics().precision());
    network =
        NativeScope.in(
            () ->
                new Transformer(
                    spec, options.numerics(), parameters.tensor(), gradients.tensor(), sliceRows));
  }

  /** A flat vector of zeros that outlives every scope. */
  private TorchVector vector(long size) {
    return NativeScope.in(
        () -> {
          TensorOptions where =
              new TensorOptions(new org.bytedeco.pytorch.Device(options.device().toString()));
          Tensor tensor = torch.zeros(new long[] {size}, where);
          tensor.<Pointer>retainReference();
          return new TorchVector(tensor, options.device());
        });
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public FlatVector parameters() {
    return parameters;
  }

  @Override
  public FlatVector gradients() {
    return gradients;
  }

  @Override
  public FlatVector optimizerState() {
    return state;
  }

  @Override
  public long updates() {
    return updates;
  }

  @Override
  public void restoreUpdates(long updates) {
    this.updates = updates;
  }

  @Override
  public void zeroGradients() {
    natives.useThreads(options.threads());
    NativeScope.run(
        () -> {
          gradients.tensor().zero_();
        });
  }

  @Override
  public LossSum backward(Batch batch, DropoutKey key) {
    natives.useThreads(options.threads());
    return network.backward(batch, key);
  }

  @Override
  public double gradientNorm() {
    natives.useThreads(options.threads());
    return NativeScope.in(
        () -> {
          return gradients.tensor().norm().item_double();
        });
  }

  @Override
  public void scaleGradients(double factor) {
    natives.useThreads(options.threads());
    NativeScope.run(
        () -> {
          gradients.tensor().mul_(new Scalar(factor));
        });
  }

  @Override
  public void update(double learningRate) {
    natives.useThreads(options.threads());
    optimizer.step(++updates, learningRate);
  }

  @Override
  public LossSum loss(Batch batch) {
    natives.useThreads(options.threads());
    return network.loss(batch);
  }

  @Override
  public Scores score(Batch batch) {
    natives.useThreads(options.threads());
    Scores scores = Scores.of(batch);
    network.score(batch, CountedRows.Scope.ALL, scores::put);
    return scores;
  }

  @Override
  public Decoder decoder() {
    return new SearchDecoder(
        spec,
        (sources, each, room) -> {
          natives.useThreads(options.threads());
          return new TorchWriter(network, sources, each, room);
        });
  }

  @Override
  public void close() {
    network.close();
    parameters.tensor().releaseReference();
    gradients.tensor().releaseReference();
    state.tensor().releaseReference();
  }
}
