package org.palimpsest.torch.stack;

import java.util.function.IntFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/**
 * The loss of rows of logits, and its gradient: cross-entropy, optionally with label smoothing
 * (Szegedy et al. 2016) and with z·(ln Z)² (Mesh TensorFlow), as {@link
 * org.palimpsest.model.Numerics} defines.
 */
final class Loss {
  /** Below this, a probability and its logarithm lose digits. */
  private static final double SMALLEST = 1e-30;

  private static final long[] COLUMNS = {1};

  private final Workspace workspace;
  private final double smoothing;
  private final double zLoss;

  Loss(Workspace workspace) {
    this.workspace = workspace;
    smoothing = workspace.numerics().labelSmoothing();
    zLoss = workspace.numerics().zLoss();
  }

  /** Whether a row's loss may be too large to follow from its probability. */
  boolean isPlain() {
    return smoothing == 0 && zLoss == 0;
  }

  /**
   * Replaces logits by the gradient of the rows' losses, and writes what {@link #sum} reads of each
   * row: its probability, or its loss where the loss has more terms than cross-entropy.
   *
   * @param results one per row
   */
  void replaceByGradient(Tensor logits, Tensor targets, Tensor results) {
    if (isPlain()) {
      torch.softmax_out(logits, logits, 1);
      torch.gather_out(results, logits, 1, targets);
      subtract(1, logits, targets);
      return;
    }
    Tensor normalizer = logits.logsumexp(COLUMNS, true);
    Tensor losses = normalizer.sub(logits.gather(1, targets), new Scalar(1 - smoothing));
    if (smoothing > 0) {
      losses.sub_(logits.mean(COLUMNS, true, workspace.typeOptional()), new Scalar(smoothing));
    }
    losses.add_(normalizer.mul(normalizer), new Scalar(zLoss));
    torch.softmax_out(logits, logits, 1);
    logits.mul_(normalizer.mul(new Scalar(2 * zLoss)).add_(new Scalar(1.0)));
    logits.sub_(new Scalar(smoothing / logits.size(1)));
    subtract(1 - smoothing, logits, targets);
    results.copy_(losses);
  }

  /**
   * The weighted sum of the losses, in double precision, on the device. It is NaN if a probability
   * is too small for an exact logarithm, because only the host can choose another way.
   *
   * @param results of {@link #replaceByGradient}
   * @param weights one per row; null for 1
   */
  Tensor sum(Tensor results, Tensor weights) {
    Tensor losses = results.to(torch.ScalarType.Double);
    if (isPlain()) {
      Tensor small = losses.lt(new Scalar(SMALLEST));
      losses = losses.log().neg_().masked_fill_(small, new Scalar(Double.NaN));
    }
    return weights == null ? losses.sum() : losses.mul_(weights).sum();
  }

  private void subtract(double share, Tensor logits, Tensor targets) {
    Tensor shares = workspace.ones(targets.size(0)).mul(new Scalar(-share)).unsqueeze(1);
    logits.scatter_add_(1, targets, shares);
  }

  /**
   * Replaces logits by probabilities; returns the plain cross-entropies, in nats.
   *
   * @param rowLogits recomputes the logits of one row, newly allocated
   */
  double[] crossEntropy(Tensor logits, Tensor targets, IntFunction<Tensor> rowLogits) {
    torch.softmax_out(logits, logits, 1);
    double[] losses = workspace.transfers().doubles(logits.gather(1, targets));
    for (int row = 0; row < losses.length; row++) {
      losses[row] =
          losses[row] >= SMALLEST
              ? -Math.log(losses[row])
              : exact(rowLogits.apply(row), targets, row);
    }
    return losses;
  }

  /** The loss of a row whose probability is NaN or too small for an exact logarithm. */
  private double exact(Tensor logits, Tensor targets, int row) {
    return NativeScope.in(
        () -> {
          Tensor loss = logits.log_softmax(1).gather(1, targets.narrow(0, row, 1));
          return -workspace.transfers().doubles(loss)[0];
        });
  }
}
