package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;

/** The position-wise sub-layer: W₂·f(W₁·x), or with a gate W₂·(f(W₀·x) ⊙ W₁·x). */
public final class FeedForward {
  private static final String EXACT = "none";
  private static final String TANH = "tanh";

  private final Activation function;
  private final boolean gated;
  private final long width;
  private final Scalar zero;
  private final Linear expansion;
  private final Linear projection;
  private final Dropout dropout;
  private final Residual residual;
  private final Buffer expanded;
  private final Buffer gates;
  private final Buffer activated;
  private final Buffer branch;
  private final Buffer activatedGradient;
  private final Buffer expandedGradient;
  private Tensor input;
  private Tensor hidden;
  private Tensor gate;
  private Tensor active;

  public FeedForward(Workspace workspace, DropoutRng rng, String layer) {
    Architecture architecture = workspace.spec().architecture();
    function = architecture.activation().function();
    gated = architecture.isGated();
    width = workspace.spec().feedForward();
    zero = workspace.hold(new Scalar(0.0));
    expansion =
        gated
            ? Linear.joined(workspace, layer + ".fc1_gate", Math.toIntExact(2 * width))
            : Linear.of(workspace, layer + ".fc1");
    projection = Linear.of(workspace, layer + ".fc2");
    dropout = Dropout.inside(workspace, rng, workspace.spec().dropouts().activation());
    residual = new Residual(workspace, rng, layer + ".final_layer_norm");
    expanded = workspace.operandBuffer();
    gates = workspace.operandBuffer();
    activated = workspace.operandBuffer();
    branch = workspace.operandScratch("branch");
    activatedGradient = workspace.operandScratch("activated gradient");
    expandedGradient = workspace.operandScratch("expanded gradient");
  }

  public Tensor forward(Tensor x) {
    long rows = x.size(0);
    input = residual.enter(x);
    hidden = expanded.shaped(rows, expansion.outputs());
    boolean inPlace = function == Activation.RELU && !gated;
    active = inPlace ? hidden : activated.shaped(rows, width);
    expansion.forward(input, hidden);
    activate(rows);
    if (dropout != null) {
      dropout.forward(active);
    }
    Tensor out = branch.shaped(rows, projection.outputs());
    projection.forward(active, out);
    return residual.leave(x, out);
  }

  private void activate(long rows) {
    if (gated) {
      gate = gates.shaped(rows, width);
      apply(hidden.narrow(1, 0, width), gate);
      torch.mul_out(active, gate, hidden.narrow(1, width, width));
    } else {
      apply(hidden, active);
    }
  }

  private void apply(Tensor x, Tensor into) {
    switch (function) {
      case RELU -> torch.relu_out(into, x);
      case SILU -> torch.silu_out(into, x);
      case GELU -> torch.gelu_out(into, x, EXACT);
      default -> torch.gelu_out(into, x, TANH);
    }
  }

  /** Replaces the output's gradient by that of x, in place. */
  public void backward(Tensor gradient) {
    Tensor out = residual.branch(gradient);
    Tensor activeGradient = activatedGradient.shaped(active.size(0), width);
    Tensor hiddenGradient = expandedGradient.shaped(active.size(0), expansion.outputs());
    projection.learn(out, active);
    projection.propagate(out, activeGradient);
    if (dropout != null) {
      dropout.backward(activeGradient);
    }
    throughActivation(activeGradient, hiddenGradient);
    expansion.learn(hiddenGradient, input);
    residual.through(expansion, hiddenGradient, gradient);
  }

  private void throughActivation(Tensor activeGradient, Tensor hiddenGradient) {
    if (gated) {
      torch.mul_out(hiddenGradient.narrow(1, width, width), activeGradient, gate);
      activeGradient.mul_(hidden.narrow(1, width, width));
      Tensor x = hidden.narrow(1, 0, width);
      differentiate(x, gate, activeGradient, hiddenGradient.narrow(1, 0, width));
    } else {
      differentiate(hidden, active, activeGradient, hiddenGradient);
    }
  }

  /** into ← gradient·f′(x), given f(x), which may have replaced x. */
  private void differentiate(Tensor x, Tensor value, Tensor gradient, Tensor into) {
    switch (function) {
      case RELU -> torch.threshold_backward_out(into, gradient, value, zero);
      case SILU -> torch.silu_backward_out(into, gradient, x);
      case GELU -> torch.gelu_backward_out(into, gradient, x, EXACT);
      default -> torch.gelu_backward_out(into, gradient, x, TANH);
    }
  }
}
