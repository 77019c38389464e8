package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.kernel.Memory;
import org.palimpsest.dl4j.memory.Workspace;

/**
 * Cached keys and values.
 *
 * @param keys rows of all sequences
 * @param values rows of all sequences
 */
public record KeyValues(Matrix keys, Matrix values) {

  /** Newly allocated keys and values. */
  public static KeyValues allocate(Workspace workspace, int rows) {
    int width = workspace.spec().innerWidth();
    Memory memory = Memory.allocate(workspace.kernels().type(), Math.max(1, 2L * rows * width));
    return new KeyValues(
        new Matrix(memory, 0, rows, width, width),
        new Matrix(memory, (long) rows * width, rows, width, width));
  }

  /** Copies one row into each sequence; sequences have {@code room} rows each. */
  void append(Kernels kernels, Matrix key, Matrix value, int room, int at) {
    for (int i = 0; i < key.rows(); i++) {
      kernels.copy(key.rows(i, 1), keys.rows(i * room + at, 1));
      kernels.copy(value.rows(i, 1), values.rows(i * room + at, 1));
    }
  }

  /**
   * Copies {@code length} rows of each sequence from sequence {@code order[i]} of another cache.
   */
  public void copyFrom(Kernels kernels, KeyValues from, int[] order, int room, int length) {
    for (int i = 0; i < order.length; i++) {
      kernels.copy(from.keys.rows(order[i] * room, length), keys.rows(i * room, length));
      kernels.copy(from.values.rows(order[i] * room, length), values.rows(i * room, length));
    }
  }

  public void free() {
    keys.memory().free();
  }
}
