package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.Transfers;

/** The arithmetic of the inner optimizer; the replica holds its state and its count of updates. */
public sealed interface Optimizer extends AutoCloseable
    permits Sgd, AdamW, RmsAdamW, Adafactor, Muon {
  /**
   * Makes one step over the flat vectors.
   *
   * @param number of the update, from 1 on
   */
  void step(long number, double learningRate);

  /**
   * What the next step reads from the device, for a caller that reads it together with other
   * numbers; null for nothing.
   *
   * @return newly allocated
   */
  default Tensor pending() {
    return null;
  }

  /**
   * Gives the next step the values of {@link #pending}, computed from the present parameters; null
   * if they have changed since.
   */
  default void supply(double[] values) {}

  @Override
  default void close() {}

  /** The optimizer for flat vectors of the layout's length; the state has its own length. */
  static Optimizer of(
      OptimizerSpec spec,
      ParameterLayout layout,
      Tensor parameters,
      Tensor gradients,
      Tensor state,
      Transfers transfers) {
    if (spec instanceof OptimizerSpec.AdamW adam) {
      return adamW(adam, layout.tensors(), parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.RmsAdamW adam) {
      FusedAdam kernel =
          new FusedAdam(adam.beta1(), adam.beta2(), adam.epsilon(), parameters, gradients, state);
      return new RmsAdamW(kernel, adam, layout, parameters, transfers);
    }
    if (spec instanceof OptimizerSpec.Muon muon) {
      List<TensorSpec> matrices = OptimizerSpec.Muon.matrices(layout);
      List<TensorSpec> others = OptimizerSpec.Muon.others(layout);
      AdamW rest = adamW(muon.rest(), others, parameters, gradients, state);
      return new Muon(muon, matrices, rest, parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.Adafactor adafactor) {
      return new Adafactor(adafactor, layout, parameters, gradients, state);
    }
    return new Sgd(parameters, gradients);
  }

  private static AdamW adamW(
      OptimizerSpec.AdamW spec,
      List<TensorSpec> tensors,
      Tensor parameters,
      Tensor gradients,
      Tensor state) {
    FusedAdam kernel =
        new FusedAdam(spec.beta1(), spec.beta2(), spec.epsilon(), parameters, gradients, state);
    return new AdamW(kernel, spec.weightDecay(), tensors, parameters.size(0));
  }
}
