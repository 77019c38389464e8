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

/**
 * The input of a stack: dropout(norm(scale·token + position)), or dropout(norm(scale·token) +
 * position); some architectures omit parts.
 */
public final class Embedding {
  private final Workspace workspace;
  private final Kernels kernels;
  private final String positionName;
  private final double scale;
  private final boolean addsAfterNorm;
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
    addsAfterNorm = spec.has(Feature.DECODER_POSITIONS_AFTER_NORM) && stack.endsWith("decoder");
    dropout = new Dropout(workspace, rng);
    sums = workspace.buffer();
    places = workspace.scratch("branch");
  }

  public Matrix forward(PackedSequences sequences) {
    read = sequences;
    int width = workspace.spec().width();
    Matrix sum = sums.shaped(read.rows(), width);
    kernels.gather(scale, workspace.parameters().of(ParameterLayout.EMBEDDING), read.tokens(), sum);
    if (!addsAfterNorm) {
      addPositions(sum);
    }
    Matrix out = norm == null ? sum : norm.forward(sum);
    if (addsAfterNorm) {
      addPositions(out);
    }
    dropout.forward(out);
    return out;
  }

  private void addPositions(Matrix sum) {
    PositionEncoding encoding = workspace.architecture().positions();
    if (encoding instanceof PositionEncoding.Learned) {
      add(workspace.parameters().of(positionName), rowsOfPositions(), sum);
    } else if (encoding instanceof PositionEncoding.Sinusoidal sinusoidal) {
      add(waves(sinusoidal), read.positions(), sum);
    }
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

  private Matrix waves(PositionEncoding.Sinusoidal sinusoidal) {
    if (waves == null) {
      ModelSpec spec = workspace.spec();
      waves = workspace.buffer().shaped(spec.positions(), spec.width());
      kernels.write(sinusoidal.table(spec.positions(), spec.width()), waves);
    }
    return waves;
  }

  /** Consumes the output's gradient. */
  public void backward(Matrix gradient) {
    dropout.backward(gradient);
    if (addsAfterNorm) {
      learnPositions(gradient);
    }
    if (norm != null) {
      norm.backward(gradient);
    }
    kernels.scatter(
        scale, gradient, read.tokens(), workspace.gradients().of(ParameterLayout.EMBEDDING));
    if (!addsAfterNorm) {
      learnPositions(gradient);
    }
  }

  private void learnPositions(Matrix gradient) {
    if (workspace.architecture().positions() instanceof PositionEncoding.Learned) {
      kernels.scatter(1, gradient, rowsOfPositions(), workspace.gradients().of(positionName));
    }
  }
}
