package org.palimpsest.collective;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;

/**
 * A flat vector in native memory of this process: it takes no heap, and may have more than 2³¹
 * elements.
 */
public final class NativeVector implements OwnedVector {
  private final FloatPointer memory;
  private final long size;

  /** A vector of zeros. */
  public NativeVector(long size) {
    this.size = size;
    memory = new FloatPointer(Math.max(1, size));
    Pointer.memset(memory, 0, size * Float.BYTES);
  }

  /** Arithmetic in the memory of the host, whose new vectors take no heap. */
  public static VectorMath arithmetic() {
    return VectorMath.onHost(NativeVector::new);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    check(from, count);
    if (count > 0) {
      memory.getPointer(from).get(into, offset, count);
    }
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    check(from, count);
    if (count > 0) {
      memory.getPointer(from).put(values, offset, count);
    }
  }

  private void check(long from, int count) {
    Objects.checkFromIndexSize(from, count, size);
    if (memory.isNull()) {
      throw new IllegalStateException("The vector is closed.");
    }
  }

  @Override
  public long address() {
    return memory.address();
  }

  /** Frees the memory. */
  @Override
  public void close() {
    memory.close();
  }
}
