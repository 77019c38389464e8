package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;

/**
 * The vectors that tell places, added to the tokens': trained, sines and cosines, or none where
 * attention knows the distances.
 *
 * @param table one row a place; null for none
 * @param gradient of the table; null where it is not trained
 * @param offset row of the first place
 * @param scratch for the rows that are added
 */
record PlaceTable(Tensor table, Tensor gradient, int offset, Buffer scratch) {

  static PlaceTable of(Workspace workspace, String stack) {
    Buffer scratch = workspace.scratch("places");
    PositionEncoding kind = workspace.spec().architecture().positions();
    if (kind instanceof PositionEncoding.Learned) {
      String name = stack + ".embed_positions.weight";
      return new PlaceTable(
          workspace.parameter(name),
          workspace.gradient(name),
          ParameterLayout.POSITION_OFFSET,
          scratch);
    }
    if (kind instanceof PositionEncoding.Sinusoidal) {
      return new PlaceTable(sinusoids(workspace), null, 0, scratch);
    }
    return new PlaceTable(null, null, 0, scratch);
  }

  private static Tensor sinusoids(Workspace workspace) {
    ModelSpec spec = workspace.spec();
    double[] values = new double[Math.multiplyExact(spec.positions(), spec.width())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          PositionEncoding.Sinusoidal.value(i / spec.width(), i % spec.width(), spec.width());
    }
    Tensor table = Tensor.create(values).view(spec.positions(), spec.width());
    return workspace.hold(table.to(workspace.options().device(), workspace.type()));
  }

  void addTo(Tensor sum, Rows rows) {
    if (table != null) {
      Tensor part = scratch.shaped(sum.size(0), sum.size(1));
      torch.index_select_out(part, table, 0, rows.places(offset));
      sum.add_(part);
    }
  }

  void learn(Tensor outputGradient, Rows rows) {
    if (gradient != null) {
      gradient.index_add_(0, rows.places(offset), outputGradient);
    }
  }
}
