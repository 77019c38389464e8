package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.spec.Architecture.Placement;

/**
 * The residual connection around a sub-layer f: norm(x + dropout(f(x))) in a post-norm
 * architecture, x + dropout(f(norm(x))) in a pre-norm one.
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

  /** The input of the sub-layer. */
  Matrix enter(Matrix x) {
    return pre ? norm.forward(x) : x;
  }

  /** The output, from x and the result of the sub-layer. */
  Matrix leave(Matrix x, Matrix branch) {
    Matrix sum = sums.shaped(x.rows(), x.columns());
    dropout.addTo(x, branch, sum);
    return pre ? sum : norm.forward(sum);
  }

  /** Replaces the output's gradient by that of the sum, in place. */
  void backward(Matrix gradient) {
    if (!pre) {
      norm.backward(gradient);
    }
  }

  /** The gradient of the sub-layer's result. */
  Matrix branchGradient(Matrix sumGradient) {
    return dropout.branchGradient(sumGradient);
  }

  /** The memory to which the sub-layer adds the gradient of its input. */
  Matrix inputGradient(Matrix sumGradient) {
    if (!pre) {
      return sumGradient;
    }
    Matrix gradient = inner.shaped(sumGradient.rows(), sumGradient.columns());
    kernels.fill(gradient, 0);
    return gradient;
  }

  /** Replaces the sum's gradient by that of x, in place, after the sub-layer has added its own. */
  void finish(Matrix inputGradient, Matrix sumGradient) {
    if (pre) {
      norm.backward(inputGradient);
      kernels.add(inputGradient, sumGradient);
    }
  }
}
