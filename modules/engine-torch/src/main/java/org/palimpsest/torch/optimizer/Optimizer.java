package org.palimpsest.torch.optimizer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** The arithmetic of the inner optimizer; the replica holds its state and its count of updates. */
public sealed interface Optimizer permits Sgd, AdamW, RmsAdamW, Adafactor {
  /**
   * Makes one step over the flat vectors.
   *
   * @param number of the update, from 1 on
   */
  void step(long number, double learningRate);

  /** The optimizer for flat vectors of the layout's length; the state has its own length. */
  static Optimizer of(
      OptimizerSpec spec,
      ParameterLayout layout,
      Tensor parameters,
      Tensor gradients,
      Tensor state) {
    if (spec instanceof OptimizerSpec.AdamW adam) {
      FusedAdam kernel =
          new FusedAdam(adam.beta1(), adam.beta2(), adam.epsilon(), parameters, gradients, state);
      return new AdamW(kernel, adam.weightDecay(), layout);
    }
    if (spec instanceof OptimizerSpec.RmsAdamW adam) {
      FusedAdam kernel =
          new FusedAdam(adam.beta1(), adam.beta2(), adam.epsilon(), parameters, gradients, state);
      return new RmsAdamW(kernel, adam, layout);
    }
    if (spec instanceof OptimizerSpec.Adafactor adafactor) {
      return new Adafactor(adafactor, layout, parameters, gradients, state);
    }
    return new Sgd(parameters, gradients);
  }
}
