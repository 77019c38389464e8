package org.palimpsest.dl4j.optimizer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The inner optimizer's arithmetic, as {@link OptimizerSpec} defines it: Deeplearning4j's updaters
 * keep their state in an order of their own and count updates by themselves. Its state and its
 * count of updates live with the replica.
 */
public sealed interface Optimizer permits Sgd, AdamW, Adafactor {
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
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    if (spec instanceof OptimizerSpec.AdamW adam) {
      return AdamW.plain(adam, layout, parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.RmsAdamW adam) {
      return AdamW.scaled(adam, layout, parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.Adafactor factor) {
      return new Adafactor(factor, layout, parameters, gradients, state);
    }
    return new Sgd(parameters, gradients);
  }
}
