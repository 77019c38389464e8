package org.palimpsest.dl4j.optimizer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The arithmetic of the inner optimizer, as {@link OptimizerSpec} defines it; Deeplearning4j's
 * updaters have their own order of state and their own count of updates. The replica holds state
 * and count.
 */
public sealed interface Optimizer permits Sgd, AdamW, Adafactor, Muon {
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
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    if (spec instanceof OptimizerSpec.AdamW adam) {
      return AdamW.plain(adam, layout.tensors(), parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.RmsAdamW adam) {
      return AdamW.scaled(adam, layout, parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.Adafactor factor) {
      return new Adafactor(factor, layout, parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.Muon muon) {
      return new Muon(muon, layout, parameters, gradients, state);
    }
    return new Sgd(parameters, gradients);
  }
}
