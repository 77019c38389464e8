package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.memory.Workspace;

/**
 * LibTorch's fused kernels of attention, which hold the scores of a few pairs at a time and keep
 * only the logarithm of each query's sum. They draw dropout masks of their own, so that passes with
 * dropout of the weights are left to others.
 */
abstract class FusedAttention implements HeadProducts {
  private final Workspace workspace;
  private final Dropout dropout;
  private RelativeBias relativeBias;
  private Tensor bias;

  /**
   * A kernel for passes without dropout of the weights.
   *
   * @param dropout of the weights; null for none
   */
  FusedAttention(Workspace workspace, Dropout dropout) {
    this.workspace = workspace;
    this.dropout = dropout;
  }

  /** The kernel of the workspace's device. */
  static FusedAttention of(Workspace workspace, Dropout dropout) {
    return workspace.options().device().is_cuda()
        ? new EfficientAttention(workspace, dropout)
        : new CpuFlashAttention(workspace, dropout);
  }

  /** Whether the kernel gives the gradient of the term. */
  abstract boolean givesBiasGradient();

  /**
   * The mix.
   *
   * @param bias added to the scores: examples by heads by queries by keys; null for nothing
   */
  abstract Tensor mix(Tensor q, Tensor k, Tensor v, Tensor bias);

  /**
   * Gradients of queries, keys and values, and that of the bias or null.
   *
   * @param bias as in the forward pass
   */
  abstract Tensor[] gradients(Tensor mixGradient, Tensor bias);

  @Override
  public boolean computes(ScoreTerm term) {
    boolean drops = dropout != null && !dropout.isSilent();
    return !drops && (term.bias() == null || givesBiasGradient());
  }

  @Override
  public Tensor forward(Tensor q, Tensor k, Tensor v, ScoreTerm term) {
    relativeBias = term.bias();
    bias = expanded(term.as(workspace.operandType()), q, k);
    return mix(q, k, v, bias);
  }

  /** The kernels read the term as operands, and do not broadcast it. */
  private static Tensor expanded(Tensor term, Tensor q, Tensor k) {
    return term == null ? null : term.expand(q.size(0), q.size(1), q.size(2), k.size(2));
  }

  @Override
  public Gradients backward(Tensor mixGradient) {
    Tensor[] gradients = gradients(mixGradient, bias);
    if (relativeBias != null) {
      relativeBias.add(gradients[3].to(workspace.type()));
    }
    return new Gradients(gradients[0], gradients[1], gradients[2]);
  }
}
