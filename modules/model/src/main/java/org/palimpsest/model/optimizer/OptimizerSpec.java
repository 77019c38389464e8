package org.palimpsest.model.optimizer;

import java.io.Serializable;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * The inner optimizer, with θ a parameter, g its gradient and t the number of the update, from 1
 * on. The learning rate lr comes with each update. Weight decay skips vectors (biases, norms).
 */
public sealed interface OptimizerSpec extends Serializable {

  /** Number of fp32 elements of the state for a layout. */
  long stateSize(ParameterLayout layout);

  /** Plain stochastic gradient descent: θ ← θ − lr·g. No state. */
  record Sgd() implements OptimizerSpec {
    @Override
    public long stateSize(ParameterLayout layout) {
      return 0;
    }
  }

  /**
   * AdamW with decoupled weight decay (Loshchilov and Hutter 2019): θ ← θ·(1 − lr·decay) −
   * lr·m̂/(√v̂ + ε). State: all first moments m, then all second moments v, both in the layout's
   * order.
   */
  record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerSpec {
    @Override
    public long stateSize(ParameterLayout layout) {
      return Math.multiplyExact(2, layout.size());
    }
  }

  /**
   * AdamW with a step that is scaled, tensor by tensor, by the size of the parameters, as nanoT5
   * does to train T5 without Adafactor: θ ← θ·(1 − lr·decay) − lr·max(floor, RMS(θ))·m̂/(√v̂ + ε),
   * with RMS(θ) = √(mean of θ²) of the tensor before the update, decay not yet applied. The state
   * is AdamW's.
   *
   * @param scaleFloor minimum scale, so that a tensor of zeros can change
   */
  record RmsAdamW(double beta1, double beta2, double epsilon, double weightDecay, double scaleFloor)
      implements OptimizerSpec {
    @Override
    public long stateSize(ParameterLayout layout) {
      return Math.multiplyExact(2, layout.size());
    }
  }

  /**
   * Adafactor (Shazeer and Stern 2018) without momentum and with parameter scaling, as T5 was
   * trained. With β = 1 − t^(−decayExponent):
   *
   * <ul>
   *   <li>for a matrix, of each row and of each column the mean of g² + ε is kept: R ← βR + (1 −
   *       β)·rowMeans, C ← βC + (1 − β)·columnMeans, and V = R·Cᵀ / mean(R);
   *   <li>for a vector, V ← βV + (1 − β)(g² + ε);
   *   <li>U = g/√V, divided by max(1, RMS(U)/clipThreshold);
   *   <li>θ ← θ·(1 − lr·decay) − lr·max(scaleFloor, RMS(θ))·U, RMS(θ) before the update.
   * </ul>
   *
   * Every matrix is factored, as in Mesh TensorFlow and Hugging Face, whatever its size. State: for
   * each tensor in layout order, R and then C for a matrix [r, c], r + c elements; V for a vector.
   */
  record Adafactor(
      double decayExponent,
      double epsilon,
      double scaleFloor,
      double clipThreshold,
      double weightDecay)
      implements OptimizerSpec {
    @Override
    public long stateSize(ParameterLayout layout) {
      return layout.tensors().stream().mapToLong(Adafactor::stateSize).sum();
    }

    /** Number of state elements of one tensor. */
    public static long stateSize(TensorSpec tensor) {
      return tensor.isVector() ? tensor.size() : tensor.shape()[0] + tensor.shape()[1];
    }
  }
}
