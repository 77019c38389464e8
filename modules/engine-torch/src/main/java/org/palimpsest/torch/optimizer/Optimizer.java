package org.palimpsest.torch.optimizer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** The inner optimizer's arithmetic; its state and its count of updates live with the replica. */
public sealed interface Optimizer permits Sgd, AdamW, RmsAdamW, Adafactor {
  /**
   * One step over the flat vectors.
   *
   * @param number of this update, from 1 on
   */
  void step(long number, double learningRate);

  /** The optimizer for these vectors, all of the layout's length but for the state. */
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
