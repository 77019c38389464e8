package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.OptimizerSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.objective.PalimpsestException;

/** The inner optimizer's arithmetic; its state and its count of updates live with the replica. */
sealed interface Optimizer permits Sgd, AdamW {
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
      return new AdamW(adam, layout, parameters, gradients, state);
    }
    if (spec instanceof OptimizerSpec.Sgd) {
      return new Sgd(parameters, gradients);
    }
    throw PalimpsestException.configuration(
        "The engine torch has no such optimizer: set optimizer.kind to adamw or sgd.");
  }
}
