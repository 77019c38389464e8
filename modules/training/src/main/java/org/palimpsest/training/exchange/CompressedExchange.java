package org.palimpsest.training.exchange;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;

/**
 * A sum of encoded vectors. Every rank owns a slice: it receives the encoded slices of all ranks,
 * adds them up in rank order in fp32, encodes the sum, and sends it to all ranks. Each rank sends
 * 2(W − 1)/W times the size of the encoded vector, like a ring all-reduce. With 8 or more ranks,
 * gathering whole encoded vectors would cost more than the exact sum.
 *
 * <p>With error feedback, a rank adds its residual, the rounding error of earlier exchanges, to its
 * vector, and keeps the new rounding error as the residual; the owner of a slice also keeps the
 * rounding error of the sum. The returned sums plus the residuals of all ranks equal the sum of all
 * inputs.
 *
 * <p>Memory: n floats of native memory for the residual, and buffers of a few MiB.
 */
final class CompressedExchange implements Exchange {
  private static final int LARGEST_SLICE = 1 << 18;

  private final Collective collective;
  private final Codec codec;
  private final FlatVector residual;
  private final Runnable freeing;
  private final int ranks;
  private final int slice;
  private final float[] numbers;
  private final float[] sum;
  private final float[] one;
  private final float[] lost;
  private final ByteBuffer outgoing;
  private final ByteBuffer incoming;
  private final ByteBuffer ownSum;

  CompressedExchange(
      Collective collective,
      Compression compression,
      long size,
      FlatVector residual,
      Runnable freeing) {
    this.collective = collective;
    this.residual = residual;
    this.freeing = freeing;
    codec = compression.codec();
    ranks = collective.size();
    slice = slice(size, ranks);
    numbers = new float[slice * ranks];
    sum = new float[slice];
    one = new float[slice];
    lost = new float[slice];
    outgoing = ByteBuffer.allocateDirect(ranks * codec.bytes(slice));
    incoming = ByteBuffer.allocateDirect(ranks * codec.bytes(slice));
    ownSum = ByteBuffer.allocateDirect(codec.bytes(slice));
  }

  /** An exchange with a residual of its own, if the compression keeps one. */
  static Exchange with(Collective collective, Compression compression, long size) {
    if (!compression.keepsResidual()) {
      return new CompressedExchange(collective, compression, size, null, () -> {});
    }
    NativeVector residual = new NativeVector(size);
    return new CompressedExchange(collective, compression, size, residual, residual::close);
  }

  /** The length of a slice: whole blocks with little padding. */
  private static int slice(long size, int ranks) {
    long share = Math.min(LARGEST_SLICE, (size + ranks - 1) / ranks);
    return (int) ((share + Int8Blocks.BLOCK - 1) / Int8Blocks.BLOCK) * Int8Blocks.BLOCK;
  }

  @Override
  public Optional<FlatVector> residual() {
    return Optional.ofNullable(residual);
  }

  @Override
  public void sum(FlatVector vector) {
    for (long from = 0; from < vector.size(); from += numbers.length) {
      int count = (int) Math.min(numbers.length, vector.size() - from);
      Arrays.fill(numbers, count, numbers.length, 0);
      vector.read(from, numbers, 0, count);
      contribute(from, count);
      addUp(from, count);
      collect();
      vector.write(from, numbers, 0, count);
    }
  }

  private void contribute(long from, int count) {
    addResidual(from, count);
    outgoing.clear();
    codec.encode(numbers, 0, numbers.length, outgoing);
    if (residual != null) {
      outgoing.clear();
      for (int rank = 0; rank < ranks; rank++) {
        codec.decode(outgoing, one, 0, slice);
        addToResidual(from + (long) rank * slice, numbers, rank * slice, count - rank * slice);
      }
    }
    collective.allToAll(outgoing, incoming);
  }

  private void addResidual(long from, int count) {
    if (residual == null) {
      return;
    }
    for (int done = 0; done < count; done += slice) {
      int part = Math.min(slice, count - done);
      residual.read(from + done, lost, 0, part);
      for (int i = 0; i < part; i++) {
        numbers[done + i] += lost[i];
      }
      Arrays.fill(lost, 0);
      residual.write(from + done, lost, 0, part);
    }
  }

  /** Adds the difference between the values and {@link #one} to the residual. */
  private void addToResidual(long at, float[] values, int offset, int count) {
    int part = Math.min(slice, count);
    if (part <= 0) {
      return;
    }
    residual.read(at, lost, 0, part);
    for (int i = 0; i < part; i++) {
      float difference = values[offset + i] - one[i];
      // A NaN must not affect the next step.
      lost[i] += Float.isFinite(difference) ? difference : 0;
    }
    residual.write(at, lost, 0, part);
  }

  /** Sums the slice that this rank owns. */
  private void addUp(long from, int count) {
    Arrays.fill(sum, 0);
    incoming.clear();
    for (int rank = 0; rank < ranks; rank++) {
      codec.decode(incoming, one, 0, slice);
      for (int i = 0; i < slice; i++) {
        sum[i] += one[i];
      }
    }
    ownSum.clear();
    codec.encode(sum, 0, slice, ownSum);
    if (residual != null) {
      int offset = collective.rank() * slice;
      ownSum.clear();
      codec.decode(ownSum, one, 0, slice);
      addToResidual(from + offset, sum, 0, count - offset);
    }
  }

  private void collect() {
    collective.allGather(ownSum, incoming);
    incoming.clear();
    codec.decode(incoming, numbers, 0, numbers.length);
  }

  @Override
  public void close() {
    freeing.run();
  }
}
