package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;

/** The input of a stack: dropout(norm(scale·token + position)); some architectures omit parts. */
public final class Embedding {
  private final Workspace workspace;
  private final Kernels kernels;
  private final String positionName;
  private final double scale;
  private final Norm norm;
  private final Dropout dropout;
  private final Buffer sums;
  private final Buffer places;
  private Matrix waves;
  private PackedSequences read;

  public Embedding(Workspace workspace, Dropout.Rng rng, String stack) {
    ModelSpec spec = workspace.spec();
    this.workspace = workspace;
    kernels = workspace.kernels();
    positionName = stack + ".embed_positions.weight";
    scale = spec.has(Feature.EMBEDDING_SCALE) ? Math.sqrt(spec.width()) : 1;
    norm =
        spec.has(Feature.EMBEDDING_NORM)
            ? new Norm(workspace, stack + ".layernorm_embedding")
            : null;
    dropout = new Dropout(workspace, rng);
    sums = workspace.buffer();
    places = workspace.scratch("branch");
  }

  public Matrix forward(PackedSequences sequences) {
    read = sequences;
    int width = workspace.spec().width();
    Matrix sum = sums.shaped(read.rows(), width);
    kernels.gather(scale, workspace.parameters().of(ParameterLayout.EMBEDDING), read.tokens(), sum);
    PositionEncoding encoding = workspace.architecture().positions();
    if (encoding instanceof PositionEncoding.Learned) {
      add(workspace.parameters().of(positionName), rowsOfPositions(), sum);
    } else if (encoding instanceof PositionEncoding.Sinusoidal) {
      add(waves(), read.positions(), sum);
    }
    Matrix out = norm == null ? sum : norm.forward(sum);
    dropout.forward(out);
    return out;
  }

  private void add(Matrix table, int[] rows, Matrix sum) {
    Matrix place = places.shaped(sum.rows(), sum.columns());
    kernels.gather(1, table, rows, place);
    kernels.add(place, sum);
  }

  private int[] rowsOfPositions() {
    int[] rows = read.positions().clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] += ParameterLayout.POSITION_OFFSET;
    }
    return rows;
  }

  private Matrix waves() {
    if (waves == null) {
      ModelSpec spec = workspace.spec();
      waves = workspace.buffer().shaped(spec.positions(), spec.width());
      double[] values = new double[spec.positions() * spec.width()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            PositionEncoding.Sinusoidal.value(i / spec.width(), i % spec.width(), spec.width());
      }
      kernels.write(values, waves);
    }
    return waves;
  }

  /** Consumes the output's gradient. */
  public void backward(Matrix gradient) {
    dropout.backward(gradient);
    if (norm != null) {
      norm.backward(gradient);
    }
    kernels.scatter(
        scale, gradient, read.tokens(), workspace.gradients().of(ParameterLayout.EMBEDDING));
    if (workspace.architecture().positions() instanceof PositionEncoding.Learned) {
      kernels.scatter(1, gradient, rowsOfPositions(), workspace.gradients().of(positionName));
    }
  }
}
