package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.model.spec.ModelSpec;

/** The position-wise sub-layer: W₂·f(W₁·x), or with a gate W₂·(f(G·x) ⊙ W₁·x). */
public final class FeedForward {
  private final Kernels kernels;
  private final Activation function;
  private final boolean gated;
  private final int inner;
  private final Linear widen;
  private final Linear narrow;
  private final Residual residual;
  private final Buffer widened;
  private final Buffer activated;
  private final Buffer mixed;
  private final Buffer branch;
  private final Buffer innerGradients;
  private final Buffer widenedGradients;
  private Matrix input;
  private Matrix hidden;
  private Matrix active;
  private Matrix output;

  public FeedForward(Workspace workspace, Dropout.Rng rng, String layer) {
    ModelSpec spec = workspace.spec();
    kernels = workspace.kernels();
    function = workspace.architecture().activation().function();
    gated = workspace.architecture().isGated();
    inner = spec.feedForward();
    widen =
        new Linear(workspace, layer + (gated ? ".fc1_gate" : ".fc1"), gated ? 2 * inner : inner);
    narrow = new Linear(workspace, layer + ".fc2", spec.width());
    residual = new Residual(workspace, rng, layer + ".final_layer_norm");
    widened = workspace.buffer();
    activated = workspace.buffer();
    mixed = workspace.buffer();
    branch = workspace.scratch("branch");
    innerGradients = workspace.scratch("feed-forward gradient");
    widenedGradients = workspace.scratch("widened gradient");
  }

  public Matrix forward(Matrix x) {
    input = residual.enter(x);
    int rows = x.rows();
    hidden = widened.shaped(rows, widen.outputs());
    widen.forward(input, hidden);
    active = activated.shaped(rows, inner);
    kernels.activate(function, hidden.columns(0, inner), active);
    output = active;
    if (gated) {
      output = mixed.shaped(rows, inner);
      kernels.multiply(active, hidden.columns(inner, inner), output);
    }
    Matrix out = branch.shaped(rows, narrow.outputs());
    narrow.forward(output, out);
    return residual.leave(x, out);
  }

  /** Replaces the output's gradient by that of x, in place. */
  public void backward(Matrix gradient) {
    residual.backward(gradient);
    Matrix out = residual.branchGradient(gradient);
    int rows = gradient.rows();
    Matrix outputGradient = innerGradients.shaped(rows, inner);
    narrow.learn(out, output);
    narrow.propagate(out, outputGradient);
    Matrix hiddenGradient = hiddenGradient(outputGradient);
    Matrix inputGradient = residual.inputGradient(gradient);
    widen.learn(hiddenGradient, input);
    widen.accumulate(hiddenGradient, inputGradient);
    residual.finish(inputGradient, gradient);
  }

  private Matrix hiddenGradient(Matrix outputGradient) {
    if (!gated) {
      kernels.activateBackward(function, hidden, outputGradient);
      return outputGradient;
    }
    Matrix both = widenedGradients.shaped(outputGradient.rows(), 2 * inner);
    Matrix gate = both.columns(0, inner);
    kernels.multiply(outputGradient, active, both.columns(inner, inner));
    kernels.multiply(outputGradient, hidden.columns(inner, inner), gate);
    kernels.activateBackward(function, hidden.columns(0, inner), gate);
    return both;
  }
}
