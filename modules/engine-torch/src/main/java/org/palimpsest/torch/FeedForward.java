package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The position-wise sub-layer: LayerNorm(x + dropout(W₂·gelu(W₁·x))). */
final class FeedForward {
  private final Linear widen;
  private final Linear narrow;
  private final Residual residual;
  private final Buffer widened;
  private final Buffer activated;
  private final Buffer branch;
  private final Buffer activatedGradient;
  private final Buffer widenedGradient;
  private Tensor x;
  private Tensor hidden;
  private Tensor active;

  FeedForward(Workspace workspace, Noise noise, String layer) {
    widen = workspace.linear(layer + ".fc1");
    narrow = workspace.linear(layer + ".fc2");
    residual = new Residual(workspace, noise, layer + ".final_layer_norm");
    widened = workspace.buffer();
    activated = workspace.buffer();
    branch = workspace.scratch("branch");
    activatedGradient = workspace.scratch("activated gradient");
    widenedGradient = workspace.scratch("widened gradient");
  }

  Tensor forward(Tensor x) {
    this.x = x;
    long rows = x.size(0);
    hidden = widened.shaped(rows, widen.outputs());
    active = activated.shaped(rows, widen.outputs());
    Tensor out = branch.shaped(rows, narrow.outputs());
    widen.forward(x, hidden);
    torch.gelu_out(active, hidden);
    narrow.forward(active, out);
    return residual.forward(x, out);
  }

  /** Replaces the output's gradient by that of x, in place. */
  void backward(Tensor gradient) {
    residual.backward(gradient);
    Tensor out = residual.branch(gradient);
    Tensor activeGradient = activatedGradient.shaped(active.size(0), active.size(1));
    Tensor hiddenGradient = widenedGradient.shaped(active.size(0), active.size(1));
    narrow.learn(out, active);
    narrow.propagate(out, activeGradient);
    torch.gelu_backward_out(hiddenGradient, activeGradient, hidden);
    widen.learn(hiddenGradient, x);
    widen.accumulate(hiddenGradient, gradient);
  }
}
