package org.palimpsest.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongFunction;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.optimizer.MomentumStep;

/** Arithmetic that reads and writes chunks of its vectors. */
record HostMath(LongFunction<OwnedVector> memory) implements VectorMath {
  @Override
  public OwnedVector zeros(long size) {
    return memory.apply(size);
  }

  @Override
  public void clear(FlatVector vector) {
    float[] zeros = chunk(vector);
    for (long from = 0; from < vector.size(); from += zeros.length) {
      vector.write(from, zeros, 0, (int) Math.min(zeros.length, vector.size() - from));
    }
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

  @Override
  public void encode(Codec codec, FlatVector numbers, FlatVector words) {
    long[] at = {0};
    numbers.forEachChunk(
        (from, chunk, count) -> {
          ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(count));
          codec.encode(chunk, 0, count, bytes);
          float[] encoded = new float[bytes.flip().remaining() / Float.BYTES];
          bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(encoded);
          words.write(at[0], encoded, 0, encoded.length);
          at[0] += encoded.length;
        });
  }

  @Override
  public void decode(Codec codec, FlatVector words, FlatVector numbers) {
    float[] chunk = chunk(numbers);
    long at = 0;
    for (long from = 0; from < numbers.size(); from += chunk.length) {
      int count = (int) Math.min(chunk.length, numbers.size() - from);
      float[] encoded = new float[codec.bytes(count) / Float.BYTES];
      words.read(at, encoded, 0, encoded.length);
      at += encoded.length;
      ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(count)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(encoded);
      codec.decode(bytes, chunk, 0, count);
      numbers.write(from, chunk, 0, count);
    }
  }

  @Override
  public void addLost(FlatVector residual, FlatVector values, FlatVector decoded) {
    float[] value = chunk(residual);
    float[] sent = chunk(residual);
    residual.forEachChunk(
        (from, chunk, count) -> {
          values.read(from, value, 0, count);
          decoded.read(from, sent, 0, count);
          for (int i = 0; i < count; i++) {
            float lost = value[i] - sent[i];
            chunk[i] += Float.isFinite(lost) ? lost : 0;
          }
          residual.write(from, chunk, 0, count);
        });
  }

  private static float[] chunk(FlatVector vector) {
    return new float[(int) Math.min(FlatVector.CHUNK, vector.size())];
  }
}
