package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.replica.LossSink;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.replica.SliceLoop;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.DeviceQueue;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;
import org.palimpsest.torch.sequence.SliceTensors;
import org.palimpsest.torch.stack.DecoderStack;
import org.palimpsest.torch.stack.DecodingState;
import org.palimpsest.torch.stack.Encoder;
import org.palimpsest.torch.stack.Head;

/**
 * The encoder-decoder in every architecture of {@link ModelSpec}, with an explicit backward pass:
 * every layer keeps what its backward needs in memory that the next slice reuses, and adds to the
 * gradients in place.
 */
final class Transformer implements SliceLoop.Passes, AutoCloseable {
  private final SliceLoop slices;
  private final Workspace workspace;
  private final DeviceQueue queue;
  private final MemoryGuard memory;
  private final DropoutRng dropoutRng;
  private final Encoder encoder;
  private final DecoderStack decoder;
  private final Head head;
  private final Buffer gradients;
  private final Buffer memoryGradients;
  private final Tensor parameterGradients;
  private final Tensor results;
  private final List<Pass> passes = new ArrayList<>();
  private LongSupplier version = new AtomicLong()::incrementAndGet;
  private Supplier<Tensor> alsoRead = () -> null;
  private Consumer<double[]> alsoReader = unused -> {};
  private Runnable completed = () -> {};
  private double gradientNorm;

  /** A backward pass that was made. */
  private record Pass(Slice slice, DropoutKey key, int number) {}

  /**
   * A network over flat vectors of the layout's length.
   *
   * @param sliceRows source or target rows of a slice; see {@link SliceLoop}
   */
  Transformer(
      ModelSpec spec, Numerics numerics, Tensor parameters, Tensor gradients, int sliceRows) {
    this(
        spec,
        numerics,
        parameters,
        gradients,
        () -> sliceRows,
        new Transfers(),
        parameters.is_cuda() ? Execution.GPU : Execution.CPU);
  }

  /**
   * The same.
   *
   * @param sliceRows asked once, before the first slice
   * @param transfers counts reads and uploads
   */
  Transformer(
      ModelSpec spec,
      Numerics numerics,
      Tensor parameters,
      Tensor parameterGradients,
      IntSupplier sliceRows,
      Transfers transfers,
      Execution execution) {
    this.parameterGradients = parameterGradients;
    slices = new SliceLoop(this, sliceRows);
    workspace = new Workspace(spec, numerics, parameters, parameterGradients, transfers, execution);
    queue = transfers.queue();
    memory = new MemoryGuard(workspace);
    dropoutRng = new DropoutRng(workspace);
    encoder = new Encoder(workspace, dropoutRng);
    decoder = new DecoderStack(workspace, dropoutRng);
    dropoutRng.sites(workspace.nextSite());
    head = new Head(workspace);
    ResidualStream stream = new ResidualStream(workspace);
    gradients = stream.scratch("gradient");
    memoryGradients = stream.scratch("memory gradient");
    Tensor zeros = torch.zeros(new long[] {2}, workspace.options());
    results = workspace.hold(zeros.to(torch.ScalarType.Double));
  }

  /** The loop over batches. */
  SliceLoop slices() {
    return slices;
  }

  /** The way between the heap and the tensors. */
  Transfers transfers() {
    return workspace.transfers();
  }

  @Override
  public void begin() {
    passes.clear();
    completed = () -> {};
    queue.run(
        () -> {
          workspace.refresh(version.getAsLong());
          results.zero_();
        });
  }

  @Override
  public void backward(Slice slice, DropoutKey key, int number, DoubleConsumer losses) {
    passes.add(new Pass(slice, key, number));
    memory.guard(
        slice,
        () -> {
          dropoutRng.begin(key, number);
          backward(SliceTensors.of(workspace, slice));
        });
  }

  @Override
  public void last(Runnable completed) {
    this.completed = completed;
  }

  /**
   * Sets the version of the parameters, which is another one after a change; without it they are
   * taken as changed before each batch.
   */
  void version(LongSupplier source) {
    version = source;
  }

  /** Reads also what others need, at the end of the backward passes of some batches. */
  void alsoRead(Supplier<Tensor> what, Consumer<double[]> reader) {
    alsoRead = what;
    alsoReader = reader;
  }

  /** Reads the loss of all passes and the norm of the gradients from the device at once. */
  @Override
  public void end(DoubleConsumer losses) {
    double[] read =
        queue.scoped(
            () -> {
              results.narrow(0, 1, 1).copy_(parameterGradients.norm());
              Tensor more = alsoRead.get();
              return transfers()
                  .doubles(
                      more == null ? results : torch.cat(new TensorVector(results, more.view(-1))));
            });
    gradientNorm = read[1];
    alsoReader.accept(Arrays.copyOfRange(read, 2, read.length));
    if (Double.isNaN(read[0]) && head.mayBeInexact()) {
      passes.forEach(pass -> lossExactly(pass, losses));
    } else {
      losses.accept(read[0]);
    }
    passes.clear();
  }

  /** Computes the losses of a pass again, with a look at each row. */
  private void lossExactly(Pass pass, DoubleConsumer losses) {
    float[] weights = pass.slice().counted().weights();
    int[] row = {0};
    memory.guard(
        pass.slice(),
        () -> {
          dropoutRng.begin(pass.key(), pass.number());
          score(
              SliceTensors.of(workspace, pass.slice()),
              (place, loss, predicted) -> losses.accept(weights[row[0]++] * loss));
        });
  }

  /** Euclidean norm of the gradients after the last {@link #end}. */
  double gradientNorm() {
    return gradientNorm;
  }

  /** Completes the gradients in the order of {@link BackwardOrder}. */
  private void backward(SliceTensors slice) {
    Tensor decoded = forward(slice);
    Tensor gradient = gradients.shaped(decoded.size(0), decoded.size(1));
    head.backward(decoded, slice, gradient, results.narrow(0, 0, 1));
    if (BackwardOrder.hasHead(workspace.spec())) {
      completed.run();
    }
    Tensor memoryGradient = memoryGradients.shaped(slice.source().count(), decoded.size(1));
    memoryGradient.zero_();
    decoder.backward(gradient, memoryGradient, completed);
    encoder.backward(memoryGradient, completed);
  }

  @Override
  public void score(Slice slice, LossSink sink) {
    memory.guard(
        slice,
        () -> {
          dropoutRng.silence();
          score(SliceTensors.of(workspace, slice), sink);
        });
  }

  private void score(SliceTensors slice, LossSink sink) {
    head.score(forward(slice), slice, sink);
  }

  /** The decoder's output, one row per target token. */
  private Tensor forward(SliceTensors slice) {
    Tensor sourceMask = slice.source().paddingMask();
    Tensor encoded = encoder.forward(slice.source(), sourceMask);
    return decoder.forward(slice.target(), encoded, slice.source(), sourceMask);
  }

  /** Encodes sources without dropout: one row per token, which the next use overwrites. */
  Tensor encode(List<int[]> sources) {
    Rows rows = rows(sources);
    return encoder.forward(rows, rows.paddingMask());
  }

  /**
   * Encodes sources, for sequences that are decoded token by token.
   *
   * @param beams sequences per source
   * @param room tokens of the longest sequence
   * @return a state in native memory of the innermost open scope
   */
  DecodingState begin(List<int[]> sources, int beams, int room) {
    Rows rows = rows(sources);
    Tensor mask = rows.paddingMask();
    DecodingState state = new DecodingState(workspace, mask, (long) sources.size() * beams, room);
    decoder.projectMemory(encoder.forward(rows, mask), rows, state);
    return state;
  }

  /** Begins a pass without dropout. */
  private Rows rows(List<int[]> sources) {
    workspace.refresh(version.getAsLong());
    workspace.beginPass();
    dropoutRng.silence();
    return Rows.of(workspace, PackedSequences.of(sources));
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param tokens the last token of each sequence
   * @return log-probabilities of the next token: sequences by vocabulary
   */
  Tensor step(DecodingState state, int[] tokens) {
    workspace.beginPass();
    Tensor y = decoder.step(state, tokens);
    state.advance();
    return head.logProbabilities(y);
  }

  /** Copies indices to the network's device. */
  Tensor indices(int[] values) {
    return workspace.indices(values);
  }

  /** Views of buffers that were made so far. */
  long views() {
    return workspace.views();
  }

  /** Bytes of all buffers so far. */
  long bytes() {
    return workspace.bytes();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
