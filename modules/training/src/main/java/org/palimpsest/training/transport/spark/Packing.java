package org.palimpsest.training.transport.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.exchange.Codec;
import org.palimpsest.training.exchange.Compression;

/**
 * Encodes a replica's slices. Parameters are encoded exactly or, with compression, as the change of
 * the round plus the residual; moments are encoded exactly.
 */
final class Packing {
  private final Compression compression;
  private final Slices slices;
  private final float[] before;
  private final HeapVector residual;
  private long bytes;

  /**
   * @param before the parameters at the start of the round; null to encode parameters exactly
   */
  Packing(Compression compression, Slices slices, Weights before) {
    this.compression = before == null ? Compression.NONE : compression;
    this.slices = slices;
    this.before = before == null ? null : before.values();
    residual =
        this.compression.keepsResidual()
            ? new HeapVector(Math.toIntExact(slices.parameters()))
            : null;
  }

  Optional<HeapVector> residual() {
    return Optional.ofNullable(residual);
  }

  /** Number of bytes encoded so far. */
  long bytes() {
    return bytes;
  }

  byte[] pack(Trainable<?> replica, int slice) {
    float[] numbers = new float[slices.length(slice)];
    if (slices.isOfMoments(slice)) {
      replica.optimizerState().read(slices.from(slice), numbers, 0, numbers.length);
      return encoded(Compression.NONE.codec(), numbers);
    }
    replica.parameters().read(slices.from(slice), numbers, 0, numbers.length);
    if (compression == Compression.NONE) {
      return encoded(compression.codec(), numbers);
    }
    return changes(numbers, (int) slices.from(slice));
  }

  private byte[] changes(float[] numbers, int from) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] -= before[from + i];
      numbers[i] += residual == null ? 0 : residual.values()[from + i];
    }
    byte[] packed = encoded(compression.codec(), numbers);
    if (residual != null) {
      float[] arrived = new float[numbers.length];
      compression.codec().decode(ByteBuffer.wrap(packed), arrived, 0, arrived.length);
      for (int i = 0; i < numbers.length; i++) {
        float lost = numbers[i] - arrived[i];
        residual.values()[from + i] = Float.isFinite(lost) ? lost : 0;
      }
    }
    return packed;
  }

  private byte[] encoded(Codec codec, float[] numbers) {
    ByteBuffer packed = ByteBuffer.allocate(codec.bytes(numbers.length));
    codec.encode(numbers, 0, numbers.length, packed);
    bytes += packed.capacity();
    return packed.array();
  }

  /** Serializes a report. */
  static byte[] packed(RoundReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static RoundReport unpacked(byte[] packed) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(packed))) {
      return (RoundReport) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
