package org.palimpsest.torch.stack;

import java.util.function.IntFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Workspace;

/**
 * The loss of rows of logits, and its gradient: cross-entropy, where wanted with smoothed labels
 * (Szegedy et al. 2016) and with z·(ln Z)² (Mesh TensorFlow), as {@link
 * org.palimpsest.model.Numerics} says.
 */
final class Loss {
  /** Under this a probability has lost digits, and its logarithm with them. */
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

  /**
   * Replaces logits by the gradient of each row's loss; returns the losses, in nats.
   *
   * @param again makes the logits of one row anew, in fresh memory
   */
  double[] replaceByGradient(Tensor logits, Tensor truth, IntFunction<Tensor> again) {
    if (smoothing == 0 && zLoss == 0) {
      double[] losses = crossEntropy(logits, truth, again);
      subtract(1, logits, truth);
      return losses;
    }
    Tensor normaliser = logits.logsumexp(COLUMNS, true);
    Tensor each = normaliser.sub(logits.gather(1, truth), new Scalar(1 - smoothing));
    if (smoothing > 0) {
      each.sub_(logits.mean(COLUMNS, true, workspace.typeOptional()), new Scalar(smoothing));
    }
    each.add_(normaliser.mul(normaliser), new Scalar(zLoss));
    torch.softmax_out(logits, logits, 1);
    logits.mul_(normaliser.mul(new Scalar(2 * zLoss)).add_(new Scalar(1.0)));
    logits.sub_(new Scalar(smoothing / logits.size(1)));
    subtract(1 - smoothing, logits, truth);
    return TorchVector.doubles(each);
  }

  private void subtract(double share, Tensor logits, Tensor truth) {
    Tensor shares = workspace.ones(truth.size(0)).mul(new Scalar(-share)).unsqueeze(1);
    logits.scatter_add_(1, truth, shares);
  }

  /**
   * Replaces logits by probabilities; returns the plain cross-entropies, in nats.
   *
   * @param again makes the logits of one row anew, in fresh memory
   */
  double[] crossEntropy(Tensor logits, Tensor truth, IntFunction<Tensor> again) {
    torch.softmax_out(logits, logits, 1);
    double[] losses = TorchVector.doubles(logits.gather(1, truth));
    for (int row = 0; row < losses.length; row++) {
      losses[row] =
          losses[row] >= SMALLEST ? -Math.log(losses[row]) : exact(again.apply(row), truth, row);
    }
    return losses;
  }

  /** For the rare row whose probability is too small to take the logarithm of, or NaN. */
  private static double exact(Tensor logits, Tensor truth, int row) {
    return NativeScope.in(
        () -> -logits.log_softmax(1).gather(1, truth.narrow(0, row, 1)).item_double());
  }
}
