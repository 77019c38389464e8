package org.palimpsest.storage.huggingface;

import java.util.List;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal;
import org.palimpsest.model.spec.TensorSpec;

/**
 * A tensor of files that no training changes: the model computes it. A file that holds other
 * numbers under that name is another model's.
 *
 * @param name in files
 * @param shape as it is written
 * @param content its numbers
 * @param presence whether files are written with it
 */
record ConstantTensor(String name, long[] shape, Content content, Presence presence) {
  /** WRITTEN: Hugging Face expects it in files. READ: it may be there. */
  enum Presence {
    WRITTEN,
    READ
  }

  /** The numbers of a constant tensor. */
  sealed interface Content {
    double value(long element);

    /** Whether a stored number is this one. */
    boolean isValue(long element, float stored);

    /** Whether a file's tensor may have this shape. */
    boolean fits(List<Long> stored);

    /** What messages call it. */
    String label();
  }

  /** Nothing but zeros. */
  record Zeros() implements Content {
    @Override
    public double value(long element) {
      return 0;
    }

    @Override
    public boolean isValue(long element, float stored) {
      return stored == 0;
    }

    @Override
    public boolean fits(List<Long> stored) {
      return true;
    }

    @Override
    public String label() {
      return "zero";
    }
  }

  /**
   * Sinusoids by row and column. Row r is the position with the number r, so that rows before the
   * first position are never used, and files may hold anything there.
   */
  record Waves(Sinusoidal positions, int width) implements Content {
    /** The most that rounding to bf16 changes, and the float arithmetic of long tables. */
    private static final double TOLERANCE = 1.0 / 256;

    @Override
    public double value(long element) {
      int row = Math.toIntExact(element / width);
      return positions.value(row - positions.first(), (int) (element % width), width);
    }

    @Override
    public boolean isValue(long element, float stored) {
      return element / width < positions.first() || Math.abs(stored - value(element)) <= TOLERANCE;
    }

    /** Tables of any length, because each row is known. */
    @Override
    public boolean fits(List<Long> stored) {
      return stored.size() == 2 && stored.get(1) == width;
    }

    @Override
    public String label() {
      return "the sinusoids of the model's positions";
    }
  }

  /** One of zeros that is written. */
  static ConstantTensor zeros(String name, long... shape) {
    return new ConstantTensor(name, shape, new Zeros(), Presence.WRITTEN);
  }

  boolean isWritten() {
    return presence == Presence.WRITTEN;
  }

  /** Where it lies in the vector of {@link #values}. */
  TensorSpec place() {
    return new TensorSpec(name, shape, 0);
  }

  /** Its numbers as a vector that takes no room. */
  FlatVector values() {
    return new Computed(content, place().size());
  }

  private record Computed(Content content, long size) implements FlatVector {
    @Override
    public void read(long from, float[] into, int offset, int count) {
      for (int i = 0; i < count; i++) {
        into[offset + i] = (float) content.value(from + i);
      }
    }

    @Override
    public void write(long from, float[] source, int offset, int count) {
      throw new UnsupportedOperationException("constant");
    }

    @Override
    public void scale(double factor) {
      throw new UnsupportedOperationException("constant");
    }
  }
}
