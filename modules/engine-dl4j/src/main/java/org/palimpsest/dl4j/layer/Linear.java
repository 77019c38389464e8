package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Weights;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.spec.Architecture.Feature;

/** A linear map y = x·Wᵀ (+ b) over rows, with the gradients of its parameters. */
final class Linear {
  private final Workspace workspace;
  private final Kernels kernels;
  private final String first;
  private final int outputs;

  /**
   * Adjacent linear maps as one.
   *
   * @param first name of the first map, without {@code .weight}
   * @param outputs outputs of all maps
   */
  public Linear(Workspace workspace, String first, int outputs) {
    this.workspace = workspace;
    this.kernels = workspace.kernels();
    this.first = first;
    this.outputs = outputs;
  }

  int outputs() {
    return outputs;
  }

  private Matrix weight(Weights weights) {
    return weights.joined(first + ".weight", outputs);
  }

  private boolean hasBias() {
    return workspace.spec().has(Feature.BIASES);
  }

  public void forward(Matrix x, Matrix into) {
    kernels.timesTransposed(1, x, weight(workspace.parameters()), 0, into);
    if (hasBias()) {
      kernels.addToRows(workspace.parameters().joined(first + ".bias", outputs), into);
    }
  }

  /** Adds the gradients of the parameters, from those of the output and the input. */
  public void learn(Matrix outputGradient, Matrix x) {
    kernels.transposedTimes(1, outputGradient, x, 1, weight(workspace.gradients()));
    if (hasBias()) {
      kernels.addRows(outputGradient, workspace.gradients().joined(first + ".bias", outputs));
    }
  }

  /** Overwrites {@code into} with the input's gradient. */
  public void propagate(Matrix outputGradient, Matrix into) {
    kernels.times(1, outputGradient, weight(workspace.parameters()), 0, into);
  }

  /** Adds the input's gradient to {@code sum}. */
  void accumulate(Matrix outputGradient, Matrix sum) {
    kernels.times(1, outputGradient, weight(workspace.parameters()), 1, sum);
  }
}
