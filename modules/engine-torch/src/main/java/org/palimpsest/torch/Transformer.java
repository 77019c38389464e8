package org.palimpsest.torch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.spec.ModelSpec;

/**
 * The encoder-decoder in every architecture that {@link ModelSpec} can say, with its backward pass
 * written out: every layer keeps what its backward needs in memory that is used again for the next
 * slice, and adds to the gradients in place.
 */
final class Transformer implements AutoCloseable {
  /**
   * Rows times width of a slice. More would be no faster (measured at widths 128 to 512), and what
   * the layers keep for their backward pass, some 100 bytes for each, would only take more memory.
   */
  private static final int SLICE_ELEMENTS = 1 << 19;

  /** With rounded operands adding to the gradients weighs more, and is done once a slice. */
  private static final int MIXED_SLICE_ELEMENTS = 1 << 20;

  /** On a card, where only large products use all of it. */
  private static final int CARD_SLICE_ELEMENTS = 1 << 24;

  private static final int FEWEST_ROWS = 512;

  private final int sliceRows;
  private final Workspace workspace;
  private final Memory memory;
  private final Noise noise;
  private final Encoder encoder;
  private final DecoderStack decoder;
  private final Head head;
  private final Buffer gradients;
  private final Buffer memoryGradients;

  /** What a pass over a slice adds to. */
  private static final class Sum {
    private double loss;
  }

  /**
   * Over flat vectors of the layout's length.
   *
   * @param sliceRows source or target rows that are computed together; a longer example is a slice
   *     of its own
   */
  Transformer(
      ModelSpec spec,
      Numerics numerics,
      Tensor parameters,
      Tensor parameterGradients,
      int sliceRows) {
    this.sliceRows = sliceRows;
    workspace = new Workspace(spec, numerics, parameters, parameterGradients);
    memory = new Memory(workspace);
    noise = new Noise();
    encoder = new Encoder(workspace, noise);
    decoder = new DecoderStack(workspace, noise);
    noise.sites(workspace.nextSite());
    head = new Head(workspace);
    gradients = workspace.scratch("gradient");
    memoryGradients = workspace.scratch("memory gradient");
  }

  /** How many rows are computed together, for matrix products at full speed. */
  static int sliceRows(ModelSpec spec, Device device, Precision precision) {
    int elements = precision == Precision.BF16 ? MIXED_SLICE_ELEMENTS : SLICE_ELEMENTS;
    elements = device.isCuda() ? CARD_SLICE_ELEMENTS : elements;
    return Math.max(FEWEST_ROWS, elements / spec.width());
  }

  /** Adds the gradient of the sum of weighted losses. */
  LossSum backward(Batch batch, DropoutKey key) {
    workspace.refresh();
    Sum sum = new Sum();
    int number = 0;
    for (int from = 0; from < batch.segments().count(); number++) {
      int to = batch.segments().end(from, sliceRows);
      noise.begin(key, number);
      backward(batch, from, to, sum);
      from = to;
    }
    return new LossSum(sum.loss, batch.weight());
  }

  private void backward(Batch batch, int from, int to, Sum sum) {
    memory.guard(
        batch.segments(),
        from,
        to,
        () -> {
          Slice slice = Slice.of(workspace, batch, from, to, CountedRows.Scope.COUNTED);
          if (slice.countedRows() > 0) {
            Tensor sourceMask = slice.source().paddingMask();
            Tensor read = encoder.forward(slice.source(), sourceMask);
            Tensor told = decoder.forward(slice.target(), read, slice.source(), sourceMask);
            Tensor gradient = gradients.shaped(told.size(0), told.size(1));
            float[] weights = slice.weights();
            head.backward(
                told, slice, gradient, (row, loss, best) -> sum.loss += weights[row] * loss);
            Tensor memoryGradient = memoryGradients.shaped(read.size(0), read.size(1));
            memoryGradient.zero_();
            decoder.backward(gradient, memoryGradient);
            encoder.backward(memoryGradient);
          }
        });
  }

  /** The plain cross-entropy without dropout. */
  LossSum loss(Batch batch) {
    Sum sum = new Sum();
    score(
        batch,
        CountedRows.Scope.COUNTED,
        (place, loss, best) -> sum.loss += batch.lossWeights()[place] * loss);
    return new LossSum(sum.loss, batch.weight());
  }

  /**
   * Scores target positions without dropout.
   *
   * @param sink is told places in the batch's arrays
   */
  void score(Batch batch, CountedRows.Scope scope, Head.Sink sink) {
    workspace.refresh();
    noise.silence();
    for (int from = 0; from < batch.segments().count(); ) {
      int begin = from;
      int to = batch.segments().end(from, sliceRows);
      memory.guard(
          batch.segments(),
          begin,
          to,
          () -> {
            Slice slice = Slice.of(workspace, batch, begin, to, scope);
            Tensor sourceMask = slice.source().paddingMask();
            Tensor read = encoder.forward(slice.source(), sourceMask);
            Tensor told = decoder.forward(slice.target(), read, slice.source(), sourceMask);
            head.score(told, slice, (row, loss, best) -> sink.row(slice.places()[row], loss, best));
          });
      from = to;
    }
  }

  /**
   * Reads sources, for sequences that will be written one token after the other.
   *
   * @param beams sequences for each source
   * @param room longest sequence
   * @return native memory of the innermost open scope
   */
  Writing begin(List<int[]> sources, int beams, int room) {
    workspace.refresh();
    noise.silence();
    Rows rows = Rows.of(workspace, sources);
    Tensor mask = rows.paddingMask();
    Writing writing = new Writing(workspace, mask, (long) sources.size() * beams, room);
    decoder.remember(encoder.forward(rows, mask), rows, writing);
    return writing;
  }

  /**
   * Writes one token of each sequence.
   *
   * @param tokens the last token of each sequence
   * @return log-probabilities of what follows: sequences by vocabulary
   */
  Tensor step(Writing writing, long[] tokens) {
    Tensor y = decoder.step(writing, tokens);
    writing.advance();
    return head.logProbabilities(y);
  }

  /** Brings indices to where the network computes. */
  Tensor indices(long[] values) {
    return workspace.indices(values);
  }

  /** Bytes of the buffers so far. */
  long bytes() {
    return workspace.bytes();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
