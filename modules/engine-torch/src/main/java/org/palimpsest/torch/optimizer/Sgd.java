package org.palimpsest.torch.optimizer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.memory.NativeScope;

/** θ ← θ − lr·g. */
record Sgd(Tensor parameters, Tensor gradients) implements Optimizer {
  @Override
  public void step(long number, double learningRate) {
    NativeScope.run(
        () -> {
          parameters.sub_(gradients, new Scalar(learningRate));
        });
  }
}
