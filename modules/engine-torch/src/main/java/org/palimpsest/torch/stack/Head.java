package org.palimpsest.torch.stack;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.replica.LossSink;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.layer.Linear;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.SliceTensors;

/**
 * The head with the loss. It processes the counted rows in chunks, and computes a chunk's loss and
 * gradients together: the logits of a batch are never in memory at once.
 */
public final class Head {
  /** Logits of a chunk: 8 MB, which stay in the cache between their three uses. */
  private static final long LOGITS = 2L << 20;

  /** Chunks of a large vocabulary hold more logits, because products of fewer rows are slow. */
  private static final long ENOUGH_ROWS = 512;

  /** More rows than these fill no GPU better. */
  private static final long MOST_ROWS = 8192;

  private final Workspace workspace;
  private final ResidualStream stream;
  private final Linear map;
  private final Loss loss;
  private final double scale;
  private final long vocabulary;
  private final Buffer raw;
  private final Buffer logits;
  private final Buffer chosen;
  private final Buffer operands;
  private final Buffer logitOperands;
  private final Buffer chosenGradient;
  private final Buffer wideGradient;
  private final Buffer results;
  private final long chunk;

  public Head(Workspace workspace) {
    this.workspace = workspace;
    this.stream = new ResidualStream(workspace);
    ModelSpec spec = workspace.spec();
    String name = ParameterLayout.of(spec).head().name();
    Tensor bias = spec.has(Feature.HEAD_BIAS) ? workspace.operand(ParameterLayout.HEAD_BIAS) : null;
    map = new Linear(workspace, workspace.operand(name), bias, workspace.gradient(name), null);
    loss = new Loss(workspace);
    scale = spec.has(Feature.HEAD_SCALE) ? 1 / Math.sqrt(spec.width()) : 1;
    vocabulary = spec.vocabulary();
    raw = workspace.operandBuffer();
    logits = workspace.buffer();
    chosen = stream.buffer();
    operands = workspace.operandBuffer();
    logitOperands = workspace.operandScratch("raw logits");
    chosenGradient = stream.buffer();
    wideGradient = workspace.scratch("wide branch");
    results = workspace.buffer();
    chunk = chunk(workspace, vocabulary);
  }

  /**
   * Rows of a chunk. In bf16 the products are short compared with adding a chunk's gradient to the
   * whole weight gradient, so the largest chunks are the fastest, and so they are on a GPU.
   */
  private static long chunk(Workspace workspace, long vocabulary) {
    Execution.Chunks chunks = workspace.execution().chunks();
    long most = Math.min(MOST_ROWS, chunks.mostLogits() / vocabulary);
    boolean small = chunks == Execution.Chunks.CACHED && !workspace.isMixed();
    long rows = small ? Math.max(LOGITS / vocabulary, ENOUGH_ROWS) : most;
    return Math.max(chunks.fewestRows(), Math.min(rows, most));
  }

  /** Rows whose logits are in memory at once. */
  long chunk() {
    return chunk;
  }

  /**
   * Overwrites {@code gradient} with the gradient of the rows, and adds the gradient of the weight.
   *
   * @param total the sum of the weighted losses is added to it, in double precision. The sum is NaN
   *     where {@link #score} has to compute the losses; see {@link #mayBeInexact}
   */
  public void backward(Tensor rows, SliceTensors slice, Tensor gradient, Tensor total) {
    Tensor x = select(rows, slice);
    Tensor xGradient =
        slice.counted() == null ? gradient : chosenGradient.shaped(x.size(0), x.size(1));
    Tensor result = results.shaped(x.size(0), 1);
    for (long from = 0; from < x.size(0); from += chunk) {
      long count = Math.min(chunk, x.size(0) - from);
      long begin = from;
      NativeScope.run(
          () -> {
            Tensor piece = x.narrow(0, begin, count);
            Tensor truth = slice.truth().narrow(0, begin, count).unsqueeze(1);
            Tensor logit = logits(piece);
            loss.replaceByGradient(logit, truth, result.narrow(0, begin, count));
            if (slice.weights() != null) {
              logit.mul_(slice.weights().narrow(0, begin, count));
            }
            Tensor logitGradient = workspace.rounded(logit, logitOperands);
            propagate(logitGradient, xGradient.narrow(0, begin, count));
            map.learn(logitGradient, piece);
          });
    }
    total.add_(loss.sum(result, slice.weights()));
    if (scale != 1) {
      xGradient.mul_(new Scalar(scale));
    }
    if (slice.counted() != null) {
      gradient.zero_();
      gradient.index_copy_(0, slice.counted(), xGradient);
    }
  }

  /** Whether a sum of losses that is NaN may be a number in exact arithmetic. */
  public boolean mayBeInexact() {
    return loss.isPlain();
  }

  private void propagate(Tensor logitGradient, Tensor into) {
    if (stream.isOfOperands()) {
      map.propagate(logitGradient, into);
    } else {
      into.copy_(map.propagated(logitGradient, wideGradient));
    }
  }

  /** Reports plain cross-entropies and predictions of the counted rows. */
  public void score(Tensor rows, SliceTensors slice, LossSink sink) {
    Tensor x = select(rows, slice);
    for (long from = 0; from < x.size(0); from += chunk) {
      long count = Math.min(chunk, x.size(0) - from);
      long begin = from;
      NativeScope.run(
          () -> {
            Tensor truth = slice.truth().narrow(0, begin, count).unsqueeze(1);
            Tensor piece = x.narrow(0, begin, count);
            Tensor logit = logits(piece);
            long[] best =
                workspace.transfers().longs(torch.argmax(logit, new LongOptional(1), false));
            double[] losses = loss.crossEntropy(logit, truth, row -> rowLogits(piece, row));
            for (int row = 0; row < count; row++) {
              int place = slice.places()[Math.toIntExact(begin) + row];
              sink.accept(place, losses[row], (int) best[row]);
            }
          });
    }
  }

  /** The log-probabilities of the next token for each row, newly allocated. */
  public Tensor logProbabilities(Tensor rows) {
    return logits(select(rows, null)).log_softmax(1);
  }

  /** Logits in the parameters' type, in a buffer. */
  private Tensor logits(Tensor x) {
    Tensor logit = (workspace.isMixed() ? raw : logits).shaped(x.size(0), vocabulary);
    map.forward(x, logit);
    return workspace.widened(logit, logits);
  }

  /** The logits of one row, newly allocated. */
  private Tensor rowLogits(Tensor piece, int row) {
    return map.apply(piece.narrow(0, row, 1)).to(workspace.type());
  }

  /** The counted rows of a slice, or all, scaled, as operands. */
  private Tensor select(Tensor rows, SliceTensors slice) {
    boolean all = slice == null || slice.counted() == null;
    if (all && scale == 1) {
      return stream.operands(rows, operands);
    }
    Tensor x = chosen.shaped(all ? rows.size(0) : slice.countedRows(), rows.size(1));
    if (all) {
      x.copy_(rows);
    } else {
      torch.index_select_out(x, rows, 0, slice.counted());
    }
    if (scale != 1) {
      x.mul_(new Scalar(scale));
    }
    return stream.operands(x, operands);
  }
}
