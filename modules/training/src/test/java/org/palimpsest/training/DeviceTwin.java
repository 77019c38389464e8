package org.palimpsest.training;

import java.util.Optional;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.optimizer.MomentumStep;

/** A device whose vectors the host cannot read or write, and how many of them are open. */
public final class DeviceTwin implements VectorMath {
  private static final VectorMath HOST = NativeVector.arithmetic();

  private int room = Integer.MAX_VALUE;
  private int open;

  /** The device, which now has room for some vectors only. */
  public DeviceTwin withRoomFor(int vectors) {
    room = vectors;
    return this;
  }

  /** A vector of this device. */
  public OwnedVector vector(float... numbers) {
    if (open == room) {
      throw new IllegalStateException("no room");
    }
    open++;
    return new Vector(new HeapVector(numbers.clone()));
  }

  /** What a vector of a device holds. */
  public static float[] numbers(FlatVector vector) {
    return heap(vector).toArray();
  }

  /** Vectors that were not closed. */
  public int open() {
    return open;
  }

  private static FlatVector heap(FlatVector vector) {
    if (vector instanceof VectorPart part) {
      return new VectorPart(heap(part.whole()), part.from(), part.size());
    }
    return ((Vector) vector).heap;
  }

  @Override
  public OwnedVector zeros(long size) {
    return vector(new float[(int) size]);
  }

  @Override
  public void clear(FlatVector vector) {
    HOST.clear(heap(vector));
  }

  @Override
  public void encode(Codec codec, FlatVector numbers, FlatVector words) {
    HOST.encode(codec, heap(numbers), heap(words));
  }

  @Override
  public void decode(Codec codec, FlatVector words, FlatVector numbers) {
    HOST.decode(codec, heap(words), heap(numbers));
  }

  @Override
  public void addLost(FlatVector residual, FlatVector values, FlatVector decoded) {
    HOST.addLost(heap(residual), heap(values), heap(decoded));
  }

  @Override
  public void set(FlatVector into, FlatVector from) {
    HOST.set(heap(into), heap(from));
  }

  @Override
  public void add(FlatVector into, FlatVector other) {
    HOST.add(heap(into), heap(other));
  }

  @Override
  public void subtract(FlatVector from, FlatVector other) {
    HOST.subtract(heap(from), heap(other));
  }

  @Override
  public void step(MomentumStep step, FlatVector mean, FlatVector anchor, FlatVector velocity) {
    HOST.step(step, heap(mean), heap(anchor), heap(velocity));
  }

  private final class Vector implements OwnedVector {
    private final HeapVector heap;

    Vector(HeapVector heap) {
      this.heap = heap;
    }

    @Override
    public long size() {
      return heap.size();
    }

    @Override
    public void read(long from, float[] into, int offset, int count) {
      throw new AssertionError("The host reads a vector of the device.");
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      throw new AssertionError("The host writes a vector of the device.");
    }

    @Override
    public void scale(double factor) {
      heap.scale(factor);
    }

    @Override
    public Optional<VectorMath> math() {
      return Optional.of(DeviceTwin.this);
    }

    @Override
    public void close() {
      open--;
    }
  }
}
