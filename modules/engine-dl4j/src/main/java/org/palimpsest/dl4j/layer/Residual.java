package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.spec.Architecture.Placement;

/**
 * What is around a sub-layer f: norm(x + dropout(f(x))) of a post-norm transformer, x +
 * dropout(f(norm(x))) of a pre-norm one.
 */
final class Residual {
  private final Kernels kernels;
  private final boolean pre;
  private final Norm norm;
  private final Dropout dropout;
  private final Buffer sums;
  private final Buffer inner;

  Residual(Workspace workspace, Dropout.Rng rng, String name) {
    kernels = workspace.kernels();
    pre = workspace.architecture().placement() == Placement.PRE;
    norm = new Norm(workspace, name);
    dropout = new Dropout(workspace, rng);
    sums = workspace.buffer();
    inner = workspace.scratch("inner gradient");
  }

  /** What the sub-layer reads. */
  Matrix enter(Matrix x) {
    return pre ? norm.forward(x) : x;
  }

  /** The output, given x and what the sub-layer says. */
  Matrix leave(Matrix x, Matrix branch) {
    Matrix sum = sums.shaped(x.rows(), x.columns());
    dropout.addTo(x, branch, sum);
    return pre ? sum : norm.forward(sum);
  }

  /** From the output's gradient that of the sum, in place. */
  void backward(Matrix gradient) {
    if (!pre) {
      norm.backward(gradient);
    }
  }

  /** The gradient of what the sub-layer said. */
  Matrix branchGradient(Matrix sumGradient) {
    return dropout.branchGradient(sumGradient);
  }

  /** Where the sub-layer adds the gradient of what it read. */
  Matrix entered(Matrix sumGradient) {
    if (!pre) {
      return sumGradient;
    }
    Matrix gradient = inner.shaped(sumGradient.rows(), sumGradient.columns());
    kernels.fill(gradient, 0);
    return gradient;
  }

  /** From the sum's gradient that of x, in place, when the sub-layer has added its own. */
  void finish(Matrix entered, Matrix sumGradient) {
    if (pre) {
      norm.backward(entered);
      kernels.add(entered, sumGradient);
    }
  }
}
