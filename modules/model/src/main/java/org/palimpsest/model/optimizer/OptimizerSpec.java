package org.palimpsest.model.optimizer;

import java.io.Serializable;
import java.util.List;
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

  /**
   * Muon (Jordan et al. 2024) for the matrices inside layers, AdamW for all other tensors:
   * embeddings, positions, heads, biases, norms. With M the momentum of a matrix [r, c]:
   *
   * <ul>
   *   <li>M ← μ·M + (1 − μ)·g and N = μ·M + (1 − μ)·g (Nesterov);
   *   <li>O is N/‖N‖ after some Newton–Schulz iterations X ← a·X + (b·XXᵀ + c·(XXᵀ)²)·X, which
   *       bring every singular value near 1;
   *   <li>θ ← θ·(1 − lr·decay) − lr·updateRms·√max(r, c)·O.
   * </ul>
   *
   * A step of a matrix so has a root mean square of about lr·updateRms whatever its shape (Liu et
   * al. 2025), and one schedule serves matrices and the rest. State: M for a matrix and the first
   * moment for another tensor, in layout order; then the second moments of the other tensors, in
   * layout order.
   *
   * @param momentum μ
   * @param updateRms root mean square of a matrix's step, in units of the learning rate
   * @param iterations number of Newton–Schulz iterations, at least 1. Each multiplies small
   *     singular values by 3.4: five bring those of 0.002 and more near 1, three those of 0.02
   * @param rest AdamW for the other tensors; its weight decay is that of the matrices too
   */
  record Muon(double momentum, double updateRms, int iterations, AdamW rest)
      implements OptimizerSpec {
    /** The iteration's coefficients a, b, c: slope 3.4 at 0, fixed interval about 1. */
    public static final double LINEAR = 3.4445;

    public static final double CUBIC = -4.7750;
    public static final double QUINTIC = 2.0315;

    @Override
    public long stateSize(ParameterLayout layout) {
      long others = others(layout).stream().mapToLong(TensorSpec::size).sum();
      return Math.addExact(layout.size(), others);
    }

    /** The matrices whose step is orthogonal, in layout order. */
    public static List<TensorSpec> matrices(ParameterLayout layout) {
      return layout.tensors().stream().filter(Muon::isHiddenMatrix).toList();
    }

    /** The tensors that AdamW updates, in layout order. */
    public static List<TensorSpec> others(ParameterLayout layout) {
      return layout.tensors().stream().filter(tensor -> !isHiddenMatrix(tensor)).toList();
    }

    private static boolean isHiddenMatrix(TensorSpec tensor) {
      return !tensor.isVector()
          && tensor.name().contains(".layers.")
          && !tensor.name().endsWith(ParameterLayout.RELATIVE_BIAS);
    }

    /** The factor of O in the step of that matrix, in units of the learning rate. */
    public double scale(TensorSpec matrix) {
      return updateRms * Math.sqrt((double) Math.max(matrix.shape()[0], matrix.shape()[1]));
    }
  }
}
