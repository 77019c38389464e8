package org.palimpsest.dl4j.layer;

import java.util.function.IntUnaryOperator;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.spec.PositionEncoding;

/**
 * T5's relative bias of one stack, or of one layer: the table by bucket and head, expanded by head
 * and distance, so that the biases of a query are adjacent.
 */
public final class RelativeBias {
  private final Workspace workspace;
  private final String name;
  private final PositionEncoding.RelativeBias encoding;
  private final IntUnaryOperator buckets;
  private final Buffer spread;
  private final Buffer gathered;
  private int reach;

  RelativeBias(
      Workspace workspace,
      String name,
      PositionEncoding.RelativeBias encoding,
      IntUnaryOperator buckets) {
    this.workspace = workspace;
    this.name = name;
    this.encoding = encoding;
    this.buckets = buckets;
    spread = workspace.buffer();
    gathered = workspace.buffer();
  }

  /** Expands the table for sequences up to a length, and clears the gradient. */
  void begin(int longest) {
    reach = Math.max(1, longest);
    double[] table = workspace.kernels().read(workspace.parameters().of(name));
    int heads = workspace.spec().heads();
    int distances = 2 * reach - 1;
    double[] values = new double[heads * distances];
    for (int i = 0; i < distances; i++) {
      int bucket = buckets.applyAsInt(i - reach + 1);
      for (int head = 0; head < heads; head++) {
        values[head * distances + i] = table[bucket * heads + head];
      }
    }
    workspace.kernels().write(values, byDistance());
    workspace.kernels().fill(gradient(), 0);
  }

  /** The bias by head and distance, from −(longest − 1) on. */
  Matrix byDistance() {
    return spread.shaped(workspace.spec().heads(), 2 * reach - 1);
  }

  /** The gradient of {@link #byDistance()}, to which attention adds. */
  Matrix gradient() {
    return gathered.shaped(workspace.spec().heads(), 2 * reach - 1);
  }

  /** Adds the gradient by distance to the table's gradient. */
  void finish() {
    Matrix tableGradient = workspace.gradients().of(name);
    double[] sums = workspace.kernels().read(tableGradient);
    double[] values = workspace.kernels().read(gradient());
    int heads = workspace.spec().heads();
    int distances = 2 * reach - 1;
    for (int i = 0; i < distances; i++) {
      int bucket = buckets.applyAsInt(i - reach + 1);
      for (int head = 0; head < heads; head++) {
        sums[bucket * heads + head] += values[head * distances + i];
      }
    }
    workspace.kernels().write(sums, tableGradient);
  }

  @Override
  public String toString() {
    return name + " " + encoding;
  }
}
