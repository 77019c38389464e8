package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/**
 * The input of a stack: dropout(norm(scale · token + position)), or dropout(norm(scale · token) +
 * position); some architectures omit parts. It is computed in the parameters' type, and rounded
 * once for the residual stream.
 */
public final class Embedding {
  private final Tensor tokens;
  private final Tensor tokenGradient;
  private final Scalar scale;
  private final PositionTable positions;
  private final Norm norm;
  private final boolean addsAfterNorm;
  private final Dropout dropout;
  private final ResidualStream stream;
  private final Buffer sums;
  private final Buffer outputs;
  private final Buffer wideGradient;
  private Rows rows;

  public Embedding(Workspace workspace, DropoutRng rng, String stack) {
    tokens = workspace.parameter(ParameterLayout.EMBEDDING);
    tokenGradient = workspace.gradient(ParameterLayout.EMBEDDING);
    boolean scaled = workspace.spec().has(Feature.EMBEDDING_SCALE);
    scale = workspace.hold(new Scalar(scaled ? Math.sqrt(workspace.spec().width()) : 1.0));
    positions = PositionTable.of(workspace, stack);
    boolean normed = workspace.spec().has(Feature.EMBEDDING_NORM);
    norm = normed ? Norm.of(workspace, stack + ".layernorm_embedding") : null;
    addsAfterNorm =
        workspace.spec().has(Feature.DECODER_POSITIONS_AFTER_NORM) && stack.endsWith("decoder");
    dropout = Dropout.outside(workspace, rng);
    stream = new ResidualStream(workspace);
    sums = workspace.buffer();
    outputs = stream.buffer();
    wideGradient = workspace.scratch("wide branch");
  }

  public Tensor forward(Rows rows) {
    this.rows = rows;
    Tensor sum = sums.shaped(rows.count(), tokens.size(1));
    torch.index_select_out(sum, tokens, 0, rows.tokens());
    if (scale.toDouble() != 1) {
      sum.mul_(scale);
    }
    if (!addsAfterNorm) {
      positions.addTo(sum, rows);
    }
    Tensor normed = norm == null ? sum : norm.forward(sum);
    if (addsAfterNorm) {
      positions.addTo(normed, rows);
    }
    return stream.ofWide(dropout.forward(normed), outputs);
  }

  /** Consumes the output's gradient. */
  public void backward(Tensor streamed) {
    Tensor gradient = stream.widened(streamed, wideGradient);
    dropout.backward(gradient);
    if (addsAfterNorm) {
      positions.learn(gradient, rows);
    }
    if (norm != null) {
      norm.backward(gradient);
    }
    tokenGradient.index_add_(0, rows.tokens(), gradient, scale);
    if (!addsAfterNorm) {
      positions.learn(gradient, rows);
    }
  }
}
