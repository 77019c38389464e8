package org.palimpsest.model;

import java.util.List;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/** What {@link Initialization.Normal} adds so that target positions find their source positions. */
final class InitialAlignment {
  private static final List<String> ALIGNED =
      List.of(".encoder_attn.q_proj.weight", ".encoder_attn.k_proj.weight");

  private InitialAlignment() {}

  static void apply(Initialization.Normal normal, ParameterLayout layout, FlatVector into) {
    for (TensorSpec tensor : layout.tensors()) {
      if (normal.alignment() != 0 && ALIGNED.stream().anyMatch(tensor.name()::endsWith)) {
        addIdentity((float) normal.alignment(), tensor, into);
      }
      if (normal.alignment() != 0 && tensor.name().equals(ParameterLayout.UNTIED_HEAD)) {
        copy(layout.tensor(ParameterLayout.EMBEDDING), tensor, into);
      }
      if (normal.sinusoids() != 0 && tensor.name().endsWith(".embed_positions.weight")) {
        fillSinusoids(normal.sinusoids(), tensor, into);
      }
    }
  }

  private static void addIdentity(float scale, TensorSpec matrix, FlatVector into) {
    long columns = matrix.shape()[1];
    long side = Math.min(matrix.shape()[0], columns);
    float[] element = new float[1];
    for (long i = 0; i < side; i++) {
      long at = matrix.offset() + i * columns + i;
      into.read(at, element, 0, 1);
      element[0] += scale;
      into.write(at, element, 0, 1);
    }
  }

  private static void copy(TensorSpec source, TensorSpec target, FlatVector into) {
    float[] row = new float[Math.toIntExact(source.shape()[1])];
    for (long at = 0; at < source.size(); at += row.length) {
      into.read(source.offset() + at, row, 0, row.length);
      into.write(target.offset() + at, row, 0, row.length);
    }
  }

  private static void fillSinusoids(double scale, TensorSpec table, FlatVector into) {
    int width = Math.toIntExact(table.shape()[1]);
    int half = width / 2;
    float[] row = new float[width];
    for (long p = 0; p < table.shape()[0]; p++) {
      for (int k = 0; k < half; k++) {
        double angle = p * StrictMath.pow(Initialization.Normal.WAVELENGTHS, -(double) k / half);
        row[k] = (float) (scale * StrictMath.sin(angle));
        row[half + k] = (float) (scale * StrictMath.cos(angle));
      }
      into.write(table.offset() + p * width, row, 0, width);
    }
  }
}
