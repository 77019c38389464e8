package org.palimpsest.torch.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The weights, gradients and buffers from which the layers of one replica are built.
 *
 * <p>There are two number types. Parameters, gradients, norms, softmax and the residual stream have
 * the parameters' type; matrix products read operands, which in bf16 are rounded, and otherwise
 * have the same type.
 */
public final class Workspace implements AutoCloseable {
  private final ModelSpec spec;
  private final Numerics numerics;
  private final Transfers transfers;
  private final Execution execution;
  private final TensorOptions options;
  private final TensorOptions operandOptions;
  private final TensorOptions integerOptions;
  private final NativeHold hold = new NativeHold();
  private final BufferMemory buffers = new BufferMemory(hold);
  private final boolean mixed;
  private final Tensor flat;
  private final Tensor rounded;
  private final Weights parameters;
  private final Weights operands;
  private final Weights gradients;
  private final Map<String, Buffer> scratch = new HashMap<>();
  private final Map<String, Pool> pools = new HashMap<>();
  private Pool pool;
  private Tensor ones;
  private int sites;
  private long roundedVersion = Long.MIN_VALUE;

  /** Buffers that the layers of one kind share. */
  private static final class Pool {
    private final List<Buffer> buffers = new ArrayList<>();
    private int next;

    Buffer next(Supplier<Buffer> first) {
      if (next == buffers.size()) {
        buffers.add(first.get());
      }
      return buffers.get(next++);
    }
  }

  /**
   * A workspace over flat vectors of the layout's length, of any floating-point type, on any
   * device.
   */
  public Workspace(ModelSpec spec, Numerics numerics, Tensor parameters, Tensor gradients) {
    this(
        spec,
        numerics,
        parameters,
        gradients,
        new Transfers(),
        parameters.is_cuda() ? Execution.GPU : Execution.CPU);
  }

  /**
   * The same.
   *
   * @param transfers counts reads and uploads
   */
  public Workspace(
      ModelSpec spec,
      Numerics numerics,
      Tensor parameters,
      Tensor gradients,
      Transfers transfers,
      Execution execution) {
    this.spec = spec;
    this.numerics = numerics;
    this.transfers = transfers;
    this.execution = execution;
    ParameterLayout layout = ParameterLayout.of(spec);
    flat = parameters;
    options = hold.hold(parameters.options());
    mixed = numerics.precision() == Precision.BF16;
    rounded = mixed ? hold.hold(parameters.to(torch.ScalarType.BFloat16)) : parameters;
    operandOptions = mixed ? hold.hold(rounded.options()) : options;
    integerOptions =
        hold.hold(parameters.options().dtype(new ScalarTypeOptional(torch.ScalarType.Long)));
    this.parameters = new Weights(layout, parameters);
    this.operands = new Weights(layout, rounded);
    this.gradients = new Weights(layout, gradients);
    this.ones = hold.hold(torch.ones(new long[] {1024}, options));
  }

  public ModelSpec spec() {
    return spec;
  }

  public Numerics numerics() {
    return numerics;
  }

  /** The way between the heap and the tensors. */
  public Transfers transfers() {
    return transfers;
  }

  /** How the device computes. */
  public Execution execution() {
    return execution;
  }

  public TensorOptions options() {
    return options;
  }

  public TensorOptions operandOptions() {
    return operandOptions;
  }

  /** The parameters' type. */
  public torch.ScalarType type() {
    return flat.scalar_type();
  }

  /** The operands' type. */
  public torch.ScalarType operandType() {
    return rounded.scalar_type();
  }

  public ScalarTypeOptional typeOptional() {
    return new ScalarTypeOptional(type());
  }

  /** Whether operands are rounded. */
  public boolean isMixed() {
    return mixed;
  }

  /**
   * Begins passes: rounds the parameters again if they have changed.
   *
   * @param version of the parameters; other than the last one after a change
   */
  public void refresh(long version) {
    if (isMixed() && version != roundedVersion) {
      rounded.copy_(flat);
    }
    roundedVersion = version;
  }

  /** Begins a pass: the tensors of the last one are no longer used. */
  public void beginPass() {
    buffers.clear();
  }

  public Tensor parameter(String name) {
    return hold.hold(parameters.of(name));
  }

  /** The parameter as an operand of matrix products. */
  public Tensor operand(String name) {
    return hold.hold(operands.of(name));
  }

  public Tensor gradient(String name) {
    return hold.hold(gradients.of(name));
  }

  /** Neighboring operands as one of {@code rows} rows; named after the first. */
  public Tensor joinedOperand(String first, int rows) {
    return hold.hold(operands.joined(first, rows));
  }

  /** Neighboring gradients as one of {@code rows} rows; named after the first. */
  public Tensor joinedGradient(String first, int rows) {
    return hold.hold(gradients.joined(first, rows));
  }

  public <T extends org.bytedeco.javacpp.Pointer> T hold(T pointer) {
    return hold.hold(pointer);
  }

  /**
   * Builds a layer. If activations are recomputed, all layers of one kind share their buffers: only
   * one of them is between its forward and its backward pass.
   */
  public <T> T layer(String kind, Supplier<T> build) {
    if (numerics.activations() == Numerics.Activations.KEPT) {
      return build.get();
    }
    pool = pools.computeIfAbsent(kind, unused -> new Pool());
    pool.next = 0;
    try {
      return build.get();
    } finally {
      pool = null;
    }
  }

  /** A new buffer for a tensor that outlives the forward pass. */
  public Buffer buffer() {
    return buffer(options);
  }

  /** The same for operands. */
  public Buffer operandBuffer() {
    return buffer(operandOptions);
  }

  private Buffer buffer(TensorOptions type) {
    return pool == null ? new Buffer(buffers, type) : pool.next(() -> new Buffer(buffers, type));
  }

  /** A shared buffer of that name for a tensor that is used immediately. */
  public Buffer scratch(String name) {
    return scratch.computeIfAbsent(name, unused -> new Buffer(buffers, options));
  }

  /** The same for operands. */
  public Buffer operandScratch(String name) {
    return scratch.computeIfAbsent(name, unused -> new Buffer(buffers, operandOptions));
  }

  /** The same for 64-bit integers. */
  public Buffer integerScratch(String name) {
    return scratch.computeIfAbsent(name, unused -> new Buffer(buffers, integerOptions));
  }

  /** Converts to operands, in {@code into} unless the tensor already has their type. */
  public Tensor rounded(Tensor x, Buffer into) {
    return isMixed() ? into.shaped(x.sizes().vec().get()).copy_(x) : x;
  }

  /** Converts to the parameters' type, in {@code into} unless the tensor already has it. */
  public Tensor widened(Tensor x, Buffer into) {
    return rounded(x, into);
  }

  /** Bytes of all buffers. */
  public long bytes() {
    return buffers.bytes();
  }

  /** Number of views of buffers that were made so far. */
  public long views() {
    return buffers.views();
  }

  /** A vector of ones, to sum rows by a product. */
  public Tensor ones(long rows) {
    if (ones.size(0) < rows) {
      hold.release(ones);
      ones = hold.hold(torch.full(new long[] {2 * rows}, new Scalar(1.0), options));
    }
    return ones.narrow(0, 0, rows);
  }

  /** The number of the next dropout site, in the order in which the layers are built. */
  public int nextSite() {
    return sites++;
  }

  /** Copies 32-bit integers to the device, or the bits of other numbers. */
  Tensor bits(int[] values) {
    return transfers.upload(values, options.device(), torch.ScalarType.Int);
  }

  /** Copies indices to the device. */
  public Tensor indices(int[] values) {
    return transfers.upload(values, options.device(), torch.ScalarType.Long);
  }

  /** Copies numbers to the device, in the parameters' type. */
  public Tensor numbers(float[] values) {
    return transfers.upload(values, options.device(), type());
  }

  /** The same, from double precision. */
  public Tensor numbers(double[] values) {
    return transfers.upload(values, options.device(), type());
  }

  @Override
  public void close() {
    buffers.close();
    hold.close();
  }
}
