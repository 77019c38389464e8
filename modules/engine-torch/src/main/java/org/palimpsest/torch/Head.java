package org.palimpsest.torch;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The tied head with the cross-entropy. It goes through the counted rows in chunks, and makes a
 * chunk's loss and gradients while its logits are there: a batch's logits never are.
 */
final class Head {
  /** Logits of a chunk: 8 MB, so that they stay in the cache between their three uses. */
  private static final long LOGITS = 2L << 20;

  private static final long FEWEST_ROWS = 128;

  /** Under this a probability has lost digits, and its logarithm with them. */
  private static final double SMALLEST = 1e-30;

  private final Tensor weight;
  private final Tensor transposed;
  private final Tensor weightGradient;
  private final Workspace workspace;
  private final Buffer logits;
  private final Buffer chosen;
  private final Buffer chosenGradient;
  private final long chunk;

  Head(Workspace workspace) {
    this.workspace = workspace;
    weight = workspace.parameter("model.shared.weight");
    transposed = workspace.hold(weight.t());
    weightGradient = workspace.gradient("model.shared.weight");
    logits = workspace.buffer();
    chosen = workspace.buffer();
    chosenGradient = workspace.buffer();
    chunk = Math.max(FEWEST_ROWS, LOGITS / workspace.spec().vocabulary());
  }

  /** Where the losses of single rows go. */
  interface Sink {
    /**
     * Takes one row.
     *
     * @param index of the row among those counted
     * @param loss unweighted, in nats
     * @param predicted the most probable token, or −1 when nobody asked
     */
    void row(int index, double loss, int predicted);
  }

  /** Overwrites {@code gradient} with that of the rows and adds the weight's; sinks the losses. */
  void backward(Tensor rows, Slice slice, Tensor gradient, Sink sink) {
    Tensor x = counted(rows, slice);
    Tensor xGradient =
        slice.counted() == null ? gradient : chosenGradient.shaped(x.size(0), x.size(1));
    boolean weighted = weighted(slice.weights());
    for (long from = 0; from < x.size(0); from += chunk) {
      long count = Math.min(chunk, x.size(0) - from);
      long begin = from;
      NativeScope.run(
          () -> {
            Tensor piece = x.narrow(0, begin, count);
            Tensor truth = slice.truth().narrow(0, begin, count).unsqueeze(1);
            Tensor logit = logits.shaped(count, weight.size(0));
            torch.mm_out(logit, piece, transposed);
            torch.softmax_out(logit, logit, 1);
            sink(piece, truth, logit, null, begin, sink);
            logit.scatter_add_(1, truth, workspace.ones(count).neg().unsqueeze(1));
            if (weighted) {
              logit.mul_(weights(slice, begin, count));
            }
            torch.mm_out(xGradient.narrow(0, begin, count), logit, weight);
            weightGradient.addmm_(logit.t(), piece);
          });
    }
    if (slice.counted() != null) {
      gradient.zero_();
      gradient.index_copy_(0, slice.counted(), xGradient);
    }
  }

  /** Sinks losses and predictions of the counted rows. */
  void score(Tensor rows, Slice slice, Sink sink) {
    Tensor x = counted(rows, slice);
    for (long from = 0; from < x.size(0); from += chunk) {
      long count = Math.min(chunk, x.size(0) - from);
      long begin = from;
      NativeScope.run(
          () -> {
            Tensor piece = x.narrow(0, begin, count);
            Tensor truth = slice.truth().narrow(0, begin, count).unsqueeze(1);
            Tensor logit = logits.shaped(count, weight.size(0));
            torch.mm_out(logit, piece, transposed);
            Tensor best = torch.argmax(logit, new LongOptional(1), false);
            torch.softmax_out(logit, logit, 1);
            sink(piece, truth, logit, best, begin, sink);
          });
    }
  }

  /** The log-probabilities of what follows each row, in fresh memory. */
  Tensor logProbabilities(Tensor rows) {
    return rows.mm(transposed).log_softmax(1);
  }

  private Tensor counted(Tensor rows, Slice slice) {
    if (slice.counted() == null) {
      return rows;
    }
    Tensor x = chosen.shaped(slice.countedRows(), rows.size(1));
    torch.index_select_out(x, rows, 0, slice.counted());
    return x;
  }

  private void sink(
      Tensor rows, Tensor truth, Tensor probabilities, Tensor best, long from, Sink sink) {
    int count = Math.toIntExact(rows.size(0));
    double[] probability = TorchVector.doubles(probabilities.gather(1, truth));
    long[] predicted = best == null ? null : TorchVector.longs(best);
    for (int row = 0; row < count; row++) {
      double loss =
          probability[row] < SMALLEST ? exactLoss(rows, truth, row) : -Math.log(probability[row]);
      int at = Math.toIntExact(from) + row;
      sink.row(at, loss, predicted == null ? -1 : (int) predicted[row]);
    }
  }

  /** For the rare row whose probability is too small to take the logarithm of, or NaN. */
  private double exactLoss(Tensor rows, Tensor truth, int row) {
    return NativeScope.in(
        () -> {
          Tensor logs = logProbabilities(rows.narrow(0, row, 1));
          return -logs.gather(1, truth.narrow(0, row, 1)).item_double();
        });
  }

  private static boolean weighted(float[] weights) {
    for (float weight : weights) {
      if (weight != 1f) {
        return true;
      }
    }
    return false;
  }

  private Tensor weights(Slice slice, long from, long count) {
    return workspace.numbers(slice.weights()).narrow(0, from, count).unsqueeze(1);
  }
}
