package org.palimpsest.dl4j.memory;

import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.kernel.Memory;

/**
 * Memory for matrices of changing shapes. It grows to the largest shape and stays, because newly
 * allocated large temporaries cost a page fault every 4 KiB.
 */
public final class Buffer {
  private final DataType type;
  private Memory memory;

  Buffer(DataType type) {
    this.type = type;
  }

  /** Dense rows with undefined content. */
  public Matrix shaped(int rows, int columns) {
    return Matrix.of(atLeast((long) rows * columns), rows, columns);
  }

  /** Memory of at least that many elements. */
  public Memory atLeast(long size) {
    if (memory == null || memory.size() < size) {
      free();
      memory = Memory.allocate(type, Math.max(1, size + size / 8));
    }
    return memory;
  }

  void free() {
    if (memory != null) {
      memory.free();
      memory = null;
    }
  }
}
