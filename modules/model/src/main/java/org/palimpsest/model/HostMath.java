package org.palimpsest.model;

import java.util.function.LongFunction;
import org.palimpsest.model.optimizer.MomentumStep;

/** Arithmetic that reads and writes chunks of its vectors. */
record HostMath(LongFunction<OwnedVector> memory) implements VectorMath {
  @Override
  public OwnedVector zeros(long size) {
    return memory.apply(size);
  }

  @Override
  public void set(FlatVector into, FlatVector from) {
    into.set(from);
  }

  @Override
  public void add(FlatVector into, FlatVector other) {
    float[] others = chunk(into);
    into.forEachChunk(
        (from, chunk, count) -> {
          other.read(from, others, 0, count);
          for (int i = 0; i < count; i++) {
            chunk[i] += others[i];
          }
          into.write(from, chunk, 0, count);
        });
  }

  @Override
  public void subtract(FlatVector from, FlatVector other) {
    float[] others = chunk(from);
    from.forEachChunk(
        (at, chunk, count) -> {
          other.read(at, others, 0, count);
          for (int i = 0; i < count; i++) {
            chunk[i] -= others[i];
          }
          from.write(at, chunk, 0, count);
        });
  }

  @Override
  public void step(MomentumStep step, FlatVector mean, FlatVector anchor, FlatVector velocity) {
    float[] old = chunk(mean);
    float[] velocities = chunk(mean);
    mean.forEachChunk(
        (from, chunk, count) -> {
          anchor.read(from, old, 0, count);
          velocity.read(from, velocities, 0, count);
          for (int i = 0; i < count; i++) {
            float delta = old[i] - chunk[i];
            velocities[i] = step.velocity(velocities[i], delta);
            chunk[i] = step.parameter(old[i], delta, velocities[i]);
          }
          velocity.write(from, velocities, 0, count);
          anchor.write(from, chunk, 0, count);
          mean.write(from, chunk, 0, count);
        });
  }

  private static float[] chunk(FlatVector vector) {
    return new float[(int) Math.min(FlatVector.CHUNK, vector.size())];
  }
}
