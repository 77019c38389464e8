package org.palimpsest.dl4j.stack;

import java.util.Arrays;
import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Weights;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.replica.LossSink;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The head with the cross-entropy. It processes the counted rows in chunks, and computes a chunk's
 * loss and gradients together: the logits of a batch are never in memory at once.
 */
public final class Head {
  /** Logits of a chunk: 8 MB, which stay in the cache between their three uses. */
  private static final int LOGITS = 2 << 20;

  private static final int FEWEST_ROWS = 128;

  private final Workspace workspace;
  private final Kernels kernels;
  private final String name;
  private final double scale;
  private final int chunk;
  private final Buffer logits;
  private final Buffer chosen;
  private final Buffer chosenGradient;

  public Head(Workspace workspace) {
    this.workspace = workspace;
    kernels = workspace.kernels();
    name = ParameterLayout.of(workspace.spec()).head().name();
    scale = workspace.spec().has(Feature.HEAD_SCALE) ? 1 / Math.sqrt(workspace.spec().width()) : 1;
    chunk = Math.max(FEWEST_ROWS, LOGITS / workspace.spec().vocabulary());
    logits = workspace.buffer();
    chosen = workspace.buffer();
    chosenGradient = workspace.buffer();
  }

  /**
   * Overwrites {@code gradient} with the gradient of the rows, and adds the gradient of the weight.
   *
   * @param weights of the losses of the counted rows
   * @return the sum of weighted losses
   */
  public double backward(
      Matrix rows, Slice slice, float[] weights, Numerics numerics, Matrix gradient) {
    Matrix x = counted(rows, slice);
    Matrix xGradient = slice.countsAll() ? gradient : chosenGradient.shaped(x.rows(), x.columns());
    double sum = 0;
    for (int from = 0; from < x.rows(); from += chunk) {
      int count = Math.min(chunk, x.rows() - from);
      double[] losses = new double[count];
      float[] part = Arrays.copyOfRange(weights, from, from + count);
      int[] truth = Arrays.copyOfRange(slice.counted().truth(), from, from + count);
      Matrix piece = x.rows(from, count);
      Matrix logit = logits(piece);
      kernels.crossEntropy(
          logit,
          new Kernels.Truth(truth, part, numerics.labelSmoothing(), numerics.zLoss()),
          losses);
      kernels.times(scale, logit, weight(workspace.parameters()), 0, xGradient.rows(from, count));
      kernels.transposedTimes(scale, logit, piece, 1, weight(workspace.gradients()));
      for (int row = 0; row < count; row++) {
        sum += part[row] * losses[row];
      }
    }
    if (!slice.countsAll()) {
      kernels.fill(gradient, 0);
      kernels.scatter(1, xGradient, slice.counted().rows(), gradient);
    }
    return sum;
  }

  /** Reports losses and predictions of the counted rows. */
  public void score(Matrix rows, Slice slice, LossSink sink) {
    Matrix x = counted(rows, slice);
    for (int from = 0; from < x.rows(); from += chunk) {
      int count = Math.min(chunk, x.rows() - from);
      double[] losses = new double[count];
      int[] best = new int[count];
      int[] truth = Arrays.copyOfRange(slice.counted().truth(), from, from + count);
      kernels.score(logits(x.rows(from, count)), truth, losses, best);
      for (int row = 0; row < count; row++) {
        sink.accept(slice.counted().places()[from + row], losses[row], best[row]);
      }
    }
  }

  /** The logits of some rows; valid until the next call. */
  public Matrix logits(Matrix rows) {
    Matrix logit = logits.shaped(rows.rows(), workspace.spec().vocabulary());
    kernels.timesTransposed(scale, rows, weight(workspace.parameters()), 0, logit);
    if (workspace.spec().has(Feature.HEAD_BIAS)) {
      kernels.addToRows(workspace.parameters().of(ParameterLayout.HEAD_BIAS), logit);
    }
    return logit;
  }

  private Matrix weight(Weights weights) {
    return weights.of(name);
  }

  private Matrix counted(Matrix rows, Slice slice) {
    if (slice.countsAll()) {
      return rows;
    }
    Matrix x = chosen.shaped(slice.counted().count(), rows.columns());
    kernels.gather(1, rows, slice.counted().rows(), x);
    return x;
  }
}
