package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/**
 * Position embeddings, added to the token embeddings: learned, sinusoidal, or none with relative
 * bias.
 *
 * @param table one row per position; null for none
 * @param gradient of the table; null if the table is not learned
 * @param offset row of position 0
 * @param scratch for the added rows
 */
record PositionTable(Tensor table, Tensor gradient, int offset, Buffer scratch) {

  static PositionTable of(Workspace workspace, String stack) {
    Buffer scratch = workspace.scratch("places");
    PositionEncoding kind = workspace.spec().architecture().positions();
    if (kind instanceof PositionEncoding.Learned) {
      String name = stack + ".embed_positions.weight";
      return new PositionTable(
          workspace.parameter(name),
          workspace.gradient(name),
          ParameterLayout.POSITION_OFFSET,
          scratch);
    }
    if (kind instanceof PositionEncoding.Sinusoidal waves) {
      return new PositionTable(sinusoids(workspace, waves), null, 0, scratch);
    }
    return new PositionTable(null, null, 0, scratch);
  }

  private static Tensor sinusoids(Workspace workspace, PositionEncoding.Sinusoidal waves) {
    ModelSpec spec = workspace.spec();
    double[] values = waves.table(spec.positions(), spec.width());
    return workspace.hold(workspace.numbers(values).view(spec.positions(), spec.width()));
  }

  void addTo(Tensor sum, Rows rows) {
    if (table != null) {
      Tensor part = scratch.shaped(sum.size(0), sum.size(1));
      torch.index_select_out(part, table, 0, rows.positions(offset));
      sum.add_(part);
    }
  }

  void learn(Tensor outputGradient, Rows rows) {
    if (gradient != null) {
      gradient.index_add_(0, rows.positions(offset), outputGradient);
    }
  }
}
