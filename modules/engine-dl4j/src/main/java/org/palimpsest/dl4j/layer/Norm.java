package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Weights;
import org.palimpsest.dl4j.memory.Workspace;

/** A norm over rows, with the gradients of its weight and bias. */
public final class Norm {
  private static final int STATISTICS = 2;

  private final Workspace workspace;
  private final String name;
  private final Buffer outputs;
  private final Buffer statistics;
  private Matrix input;
  private Matrix moments;

  public Norm(Workspace workspace, String name) {
    this.workspace = workspace;
    this.name = name;
    outputs = workspace.buffer();
    statistics = workspace.buffer();
  }

  /** Normalizes rows, which must not change until the backward pass. */
  public Matrix forward(Matrix x) {
    input = x;
    moments = statistics.shaped(x.rows(), STATISTICS);
    Matrix output = outputs.shaped(x.rows(), x.columns());
    workspace
        .kernels()
        .normalize(
            workspace.architecture(),
            x,
            workspace.parameters().of(name + ".weight"),
            bias(workspace.parameters()),
            output,
            moments);
    return output;
  }

  /** Replaces the output's gradient by the input's, in place. */
  public void backward(Matrix gradient) {
    workspace
        .kernels()
        .normalizeBackward(
            workspace.architecture(),
            gradient,
            input,
            moments,
            workspace.parameters().of(name + ".weight"),
            workspace.gradients().of(name + ".weight"),
            bias(workspace.gradients()));
  }

  private Matrix bias(Weights weights) {
    return workspace.architecture().normHasBias() ? weights.of(name + ".bias") : null;
  }
}
