package org.palimpsest.training.transport.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.training.exchange.Compression;

/**
 * Encodes a replica's slices. Parameters are encoded exactly or, with compression, as the change of
 * the round plus the residual; moments are encoded exactly.
 */
final class Packing implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Compression compression;
  private final Slices slices;
  private final Weights before;
  private final NativeVector residual;
  private long bytes;

  /**
   * @param before the parameters at the start of the round; null to encode parameters exactly
   */
  Packing(Compression compression, Slices slices, Weights before) {
    this.compression = before == null ? Compression.NONE : compression;
    this.slices = slices;
    this.before = before;
    residual = this.compression.keepsResidual() ? new NativeVector(slices.parameters()) : null;
  }

  Optional<FlatVector> residual() {
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
    return changes(numbers, slices.from(slice));
  }

  private byte[] changes(float[] numbers, long from) {
    float[] other = new float[numbers.length];
    before.vector().read(from, other, 0, other.length);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] -= other[i];
    }
    if (residual != null) {
      residual.read(from, other, 0, other.length);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += other[i];
      }
    }
    byte[] packed = encoded(compression.codec(), numbers);
    if (residual != null) {
      compression.codec().decode(ByteBuffer.wrap(packed), other, 0, other.length);
      for (int i = 0; i < numbers.length; i++) {
        float lost = numbers[i] - other[i];
        other[i] = Float.isFinite(lost) ? lost : 0;
      }
      residual.write(from, other, 0, other.length);
    }
    return packed;
  }

  private byte[] encoded(Codec codec, float[] numbers) {
    ByteBuffer packed = ByteBuffer.allocate(codec.bytes(numbers.length));
    codec.encode(numbers, 0, numbers.length, packed);
    bytes += packed.capacity();
    return packed.array();
  }

  /** Frees the residual. */
  @Override
  public void close() {
    if (residual != null) {
      residual.close();
    }
  }

  /** A report as JSON: nothing that arrives from another process is deserialized as an object. */
  static byte[] packed(RoundReport report) {
    try {
      return JSON.writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static RoundReport unpacked(byte[] packed) {
    try {
      return JSON.readValue(packed, RoundReport.class);
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CLUSTER,
          "The report of a worker cannot be read: give the driver and all executors the same"
              + " version of Palimpsest, and start the run again.",
          e);
    }
  }
}
