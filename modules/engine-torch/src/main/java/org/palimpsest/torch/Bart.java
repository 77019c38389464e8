package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Batch;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.NoiseKey;

/**
 * The encoder-decoder of BART (Lewis et al. 2020) as Hugging Face's BartForConditionalGeneration
 * computes it, with its backward pass written out: every layer keeps what its backward needs in
 * memory that is used again for the next slice, and adds to the gradients in place.
 */
final class Bart implements AutoCloseable {
  /**
   * Rows times width of a slice. More would be no faster (measured at widths 128 to 512), and what
   * the layers keep for their backward pass, some 100 bytes for each, would only take more memory.
   */
  private static final int SLICE_ELEMENTS = 1 << 19;

  private static final int FEWEST_ROWS = 512;

  private final int sliceRows;
  private final Workspace workspace;
  private final Noise noise;
  private final Embedding sourceEmbedding;
  private final Embedding targetEmbedding;
  private final List<EncoderLayer> encoder = new ArrayList<>();
  private final List<DecoderLayer> decoder = new ArrayList<>();
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
  Bart(ModelSpec spec, Tensor parameters, Tensor parameterGradients, int sliceRows) {
    this.sliceRows = sliceRows;
    workspace = new Workspace(spec, parameters, parameterGradients);
    noise = new Noise(new DropoutMask(spec.dropout()), sites(spec));
    sourceEmbedding = new Embedding(workspace, noise, "model.encoder");
    for (int i = 0; i < spec.encoderLayers(); i++) {
      encoder.add(new EncoderLayer(workspace, noise, "model.encoder.layers." + i));
    }
    targetEmbedding = new Embedding(workspace, noise, "model.decoder");
    for (int i = 0; i < spec.decoderLayers(); i++) {
      decoder.add(new DecoderLayer(workspace, noise, "model.decoder.layers." + i));
    }
    head = new Head(workspace);
    gradients = workspace.scratch("gradient");
    memoryGradients = workspace.scratch("memory gradient");
  }

  /** How many rows are computed together, for matrix products at full speed. */
  static int sliceRows(ModelSpec spec) {
    return Math.max(FEWEST_ROWS, SLICE_ELEMENTS / spec.width());
  }

  private static int sites(ModelSpec spec) {
    return 2 + 2 * spec.encoderLayers() + 3 * spec.decoderLayers();
  }

  /** Adds the gradient of the sum of weighted losses. */
  LossSum backward(Batch batch, NoiseKey key) {
    Sum sum = new Sum();
    int number = 0;
    for (int from = 0; from < batch.rows(); number++) {
      int to = end(batch, from);
      noise.begin(key, number);
      backward(batch, from, to, sum);
      from = to;
    }
    return new LossSum(sum.loss, batch.weight());
  }

  private void backward(Batch batch, int from, int to, Sum sum) {
    NativeScope.run(
        () -> {
          Slice slice = Slice.of(workspace, batch, from, to, Slice.Scope.COUNTED);
          if (slice.countedRows() > 0) {
            Tensor memory = encode(slice);
            Tensor told = decode(slice, memory);
            Tensor gradient = gradients.shaped(told.size(0), told.size(1));
            float[] weights = slice.weights();
            head.backward(
                told, slice, gradient, (row, loss, best) -> sum.loss += weights[row] * loss);
            backward(gradient, memory);
          }
        });
  }

  private void backward(Tensor gradient, Tensor memory) {
    Tensor memoryGradient = memoryGradients.shaped(memory.size(0), memory.size(1));
    memoryGradient.zero_();
    for (int i = decoder.size() - 1; i >= 0; i--) {
      decoder.get(i).backward(gradient, memoryGradient);
    }
    targetEmbedding.backward(gradient);
    for (int i = encoder.size() - 1; i >= 0; i--) {
      encoder.get(i).backward(memoryGradient);
    }
    sourceEmbedding.backward(memoryGradient);
  }

  /** The loss without dropout. */
  LossSum loss(Batch batch) {
    Sum sum = new Sum();
    score(
        batch,
        Slice.Scope.COUNTED,
        (place, loss, best) -> sum.loss += batch.lossWeights()[place] * loss);
    return new LossSum(sum.loss, batch.weight());
  }

  /**
   * Scores target positions without dropout.
   *
   * @param sink is told places in the batch's arrays
   */
  void score(Batch batch, Slice.Scope scope, Head.Sink sink) {
    noise.silence();
    for (int from = 0; from < batch.rows(); ) {
      int begin = from;
      int to = end(batch, from);
      NativeScope.run(
          () -> {
            Slice slice = Slice.of(workspace, batch, begin, to, scope);
            Tensor told = decode(slice, encode(slice));
            head.score(told, slice, (row, loss, best) -> sink.row(slice.places()[row], loss, best));
          });
      from = to;
    }
  }

  /** Where the slice ends that begins there: it has at least one example. */
  private int end(Batch batch, int from) {
    int rows = 0;
    for (int to = from; to < batch.rows(); to++) {
      rows += Math.max(batch.sourceLengths()[to], batch.targetLengths()[to]);
      if (rows > sliceRows && to > from) {
        return to;
      }
    }
    return batch.rows();
  }

  private Tensor encode(Slice slice) {
    return encode(slice.source(), slice.sourceMask());
  }

  private Tensor encode(Rows rows, Tensor mask) {
    Tensor x = sourceEmbedding.forward(rows);
    for (EncoderLayer layer : encoder) {
      x = layer.forward(x, rows, mask);
    }
    return x;
  }

  private Tensor decode(Slice slice, Tensor memory) {
    Tensor y = targetEmbedding.forward(slice.target());
    for (DecoderLayer layer : decoder) {
      y = layer.forward(y, memory, slice);
    }
    return y;
  }

  /**
   * Reads sources, for sequences that will be written one token after the other.
   *
   * @param beams sequences for each source
   * @param room longest sequence
   * @return native memory of the innermost open scope
   */
  Writing begin(List<int[]> sources, int beams, int room) {
    noise.silence();
    Rows rows = Rows.of(workspace, sources);
    int[] lengths = sources.stream().mapToInt(source -> source.length).toArray();
    Tensor mask = Slice.paddingMask(workspace, lengths, rows.asKeys());
    Tensor memory = encode(rows, mask);
    Writing writing = new Writing(workspace, mask, (long) sources.size() * beams, room);
    for (DecoderLayer layer : decoder) {
      writing.remember(layer.remember(memory, rows, workspace.spec().heads()));
    }
    return writing;
  }

  /**
   * Writes one token of each sequence.
   *
   * @param tokens the last token of each sequence
   * @return log-probabilities of what follows: sequences by vocabulary
   */
  Tensor step(Writing writing, long[] tokens) {
    Tensor y = targetEmbedding.forward(writing.rows(tokens));
    writing.advance();
    for (int i = 0; i < decoder.size(); i++) {
      y =
          decoder
              .get(i)
              .step(
                  y,
                  writing.past(i),
                  writing.remembered(i),
                  writing.pastMask(),
                  writing.sourceMask());
    }
    return head.logProbabilities(y);
  }

  @Override
  public void close() {
    workspace.close();
  }
}
