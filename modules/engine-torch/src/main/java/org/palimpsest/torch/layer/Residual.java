package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;

/**
 * The residual connection around a sub-layer f: norm(x + dropout(f(x))), or in a pre-norm
 * architecture x + dropout(f(norm(x))).
 */
final class Residual {
  private final ResidualStream stream;
  private final boolean before;
  private final Norm norm;
  private final Dropout dropout;
  private final Buffer operands;
  private final Buffer sums;
  private final Buffer wide;
  private final Buffer scratch;
  private final Buffer branchOperands;
  private final Buffer inputGradients;

  Residual(Workspace workspace, DropoutRng rng, String name) {
    this.stream = new ResidualStream(workspace);
    this.before = workspace.spec().architecture().placement() == Architecture.Placement.PRE;
    this.norm = Norm.ofStream(workspace, name);
    this.dropout = Dropout.outside(workspace, rng);
    this.operands = workspace.operandBuffer();
    this.sums = stream.buffer();
    this.wide = workspace.scratch("wide branch");
    this.scratch = stream.scratch("branch gradient");
    this.branchOperands = workspace.operandScratch("branch gradient operand");
    this.inputGradients = stream.scratch("input gradient");
  }

  /** The input of the sub-layer, as operands. */
  Tensor enter(Tensor x) {
    return stream.operands(before ? norm.forward(x) : x, operands);
  }

  /** The output, from the result of the sub-layer as operands. */
  Tensor leave(Tensor x, Tensor branch) {
    Tensor sum = sums.shaped(x.size(0), x.size(1));
    Tensor part = stream.ofOperands(branch, wide);
    Tensor mask = dropout.draw(x);
    if (mask == null) {
      torch.add_out(sum, x, part);
    } else {
      torch.addcmul_out(sum, x, part, mask);
    }
    return before ? sum : norm.forward(sum);
  }

  /**
   * Returns the gradient of the sub-layer's result, as operands; replaces the output's gradient, in
   * place, by that of the sum, which is the direct part of the gradient of x.
   */
  Tensor branch(Tensor gradient) {
    if (!before) {
      norm.backward(gradient);
    }
    Tensor mask = dropout.mask();
    if (mask == null) {
      return stream.operands(gradient, branchOperands);
    }
    Tensor branch = scratch.shaped(gradient.size(0), gradient.size(1));
    torch.mul_out(branch, gradient, mask);
    return stream.operands(branch, branchOperands);
  }

  /**
   * Adds the gradient of the sub-layer's input to that of x.
   *
   * @param first the sub-layer's first map
   * @param outputGradient of that map
   */
  void through(Linear first, Tensor outputGradient, Tensor gradient) {
    if (before) {
      Tensor part = first.propagated(outputGradient, inputGradients);
      norm.backward(part);
      gradient.add_(part);
    } else {
      first.accumulate(outputGradient, gradient);
    }
  }
}
