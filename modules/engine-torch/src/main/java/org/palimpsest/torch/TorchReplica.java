package org.palimpsest.torch;

import java.util.List;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.decoding.Writer;
import org.palimpsest.model.replica.EngineReplica;
import org.palimpsest.model.replica.SliceLoop;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.DeviceQueue;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.optimizer.Optimizer;

/** A replica in LibTorch: three flat tensors and the network over them. */
final class TorchReplica extends EngineReplica {
  private final Natives natives;
  private final ReplicaOptions options;
  private final Transfers transfers;
  private final DeviceQueue queue;
  private final TorchMath math;
  private final TorchVector parameters;
  private final TorchVector gradients;
  private final TorchVector state;
  private final Optimizer optimizer;
  private final Transformer network;
  private final List<VectorPart> gradientParts;
  private long normAt = -1;
  private long parametersAt = -1;

  TorchReplica(Natives natives, ModelSpec spec, ReplicaOptions options) {
    this(natives, spec, options, Execution.of(options.device(), options.numerics().additions()));
  }

  /** A replica that computes in that way. */
  TorchReplica(Natives natives, ModelSpec spec, ReplicaOptions options, Execution execution) {
    super(spec);
    this.natives = natives;
    this.options = options;
    transfers = Transfers.of(execution.uploads(), options.device());
    queue = transfers.queue();
    math = new TorchMath(options.device(), transfers);
    ParameterLayout layout = ParameterLayout.of(spec);
    long stateSize = options.optimizer().stateSize(layout);
    double needed = Float.BYTES * (2.0 * layout.size() + stateSize);
    parameters = vector(layout.size(), needed);
    gradients = vector(layout.size(), needed);
    state = vector(stateSize, needed);
    Initializer.initialize(spec, options.seed(), parameters);
    optimizer =
        queue.scoped(
            () ->
                Optimizer.of(
                    options.optimizer(),
                    layout,
                    parameters.tensor(),
                    gradients.tensor(),
                    state.tensor(),
                    transfers));
    network =
        queue.scoped(
            () ->
                new Transformer(
                    spec,
                    options.numerics(),
                    parameters.tensor(),
                    gradients.tensor(),
                    () -> sliceRows(spec),
                    transfers,
                    execution));
    gradientParts = BackwardOrder.parts(spec, gradients);
    network.version(parameters::changes);
    network.alsoRead(optimizer::pending, optimizer::supply);
  }

  /** Asked before the first slice: vectors of rounds are allocated then, too. */
  private int sliceRows(ModelSpec spec) {
    return SliceSize.rows(spec, options.numerics(), options.device(), DeviceMemory.OF_LIBTORCH);
  }

  /**
   * A flat vector of zeros.
   *
   * @param needed bytes of all vectors, for the message
   */
  private TorchVector vector(long size, double needed) {
    try {
      return math.vector(size);
    } catch (RuntimeException e) {
      throw DeviceFault.atStart(e, options.device(), needed);
    }
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

  /** Views of buffers that were made so far. */
  long views() {
    return network.views();
  }

  /** The way between the heap and the tensors. */
  Transfers transfers() {
    return transfers;
  }

  @Override
  public void zeroGradients() {
    useThreads();
    gradients.changed();
    queue.run(
        () -> {
          gradients.tensor().zero_();
        });
  }

  /** The norm that was read with the loss, as long as it is that of the gradients. */
  @Override
  public double gradientNorm() {
    if (normAt == gradients.changes()) {
      return network.gradientNorm();
    }
    useThreads();
    return queue.scoped(() -> transfers.doubles(gradients.tensor().norm())[0]);
  }

  @Override
  public void scaleGradients(double factor) {
    useThreads();
    gradients.scale(factor);
  }

  @Override
  protected List<VectorPart> gradientParts() {
    return gradientParts;
  }

  @Override
  protected void computed() {
    gradients.changed();
    normAt = gradients.changes();
    parametersAt = parameters.changes();
  }

  @Override
  protected SliceLoop slices() {
    return network.slices();
  }

  @Override
  protected void useThreads() {
    natives.use(options);
  }

  @Override
  protected void step(long number, double learningRate) {
    if (parametersAt != parameters.changes()) {
      optimizer.supply(null);
    }
    queue.compute(
        () -> {
          optimizer.step(number, learningRate);
          return null;
        });
    parameters.changed();
  }

  @Override
  protected double[] encoded(List<int[]> sources) {
    return queue.scoped(() -> transfers.doubles(network.encode(sources)));
  }

  @Override
  protected Writer.Start writers() {
    return (sources, each, room) -> new TorchWriter(network, sources, each, room);
  }

  @Override
  public void close() {
    network.close();
    optimizer.close();
    parameters.close();
    gradients.close();
    state.close();
    transfers.close();
  }
}
