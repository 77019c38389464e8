package org.palimpsest.training.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.codec.Int8Blocks;

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
 * <p>All of this happens where the vector is. Encoded numbers are the bits of vectors, too, so that
 * a collective of devices can exchange them; another one copies them, not the numbers, through the
 * memory of the host.
 *
 * <p>Memory beside the vector: n floats for the residual, and buffers of a few MiB.
 */
final class CompressedExchange implements Exchange {
  private static final int LARGEST_SLICE = 1 << 18;

  private final Collective collective;
  private final VectorMath math;
  private final Codec codec;
  private final FlatVector residual;
  private final List<OwnedVector> own;
  private final int ranks;
  private final int slice;
  private final int words;
  private final FlatVector numbers;
  private final FlatVector decoded;
  private final FlatVector sum;
  private final FlatVector one;
  private final FlatVector outgoing;
  private final FlatVector incoming;
  private final FlatVector ownSum;

  /**
   * An exchange with a residual of the caller.
   *
   * @param size of the vectors
   * @param residual null if the compression keeps none
   * @param own receives the buffers; all are closed with the exchange
   */
  CompressedExchange(
      Collective collective,
      Compression compression,
      VectorMath math,
      long size,
      FlatVector residual,
      List<OwnedVector> own) {
    this.collective = collective;
    this.math = math;
    this.residual = residual;
    this.own = own;
    codec = compression.codec();
    ranks = collective.size();
    slice = slice(size, ranks);
    words = codec.bytes(slice) / Float.BYTES;
    OwnedVector buffers = math.zeros(2L * (ranks + 1) * slice + (2L * ranks + 1) * words);
    own.add(buffers);
    Cutter cutter = new Cutter(buffers);
    numbers = cutter.next((long) ranks * slice);
    decoded = cutter.next((long) ranks * slice);
    sum = cutter.next(slice);
    one = cutter.next(slice);
    outgoing = cutter.next((long) ranks * words);
    incoming = cutter.next((long) ranks * words);
    ownSum = cutter.next(words);
  }

  /** An exchange where vectors like this one are, with a residual if the compression keeps one. */
  static Exchange with(Collective collective, Compression compression, FlatVector like) {
    VectorMath math = like.math().orElseGet(NativeVector::arithmetic);
    List<OwnedVector> own = new ArrayList<>();
    try {
      if (compression.keepsResidual()) {
        own.add(math.zeros(like.size()));
      }
      FlatVector residual = own.isEmpty() ? null : own.get(0);
      return new CompressedExchange(collective, compression, math, like.size(), residual, own);
    } catch (RuntimeException e) {
      own.forEach(OwnedVector::close); // A device that has no room for the buffers.
      throw e;
    }
  }

  /** The length of a slice: whole blocks with little padding. */
  static int slice(long size, int ranks) {
    long share = Math.min(LARGEST_SLICE, (size + ranks - 1) / ranks);
    return (int) ((share + Int8Blocks.BLOCK - 1) / Int8Blocks.BLOCK) * Int8Blocks.BLOCK;
  }

  /** Cuts a vector into consecutive parts. */
  private static final class Cutter {
    private final FlatVector whole;
    private long from;

    Cutter(FlatVector whole) {
      this.whole = whole;
    }

    FlatVector next(long size) {
      from += size;
      return new VectorPart(whole, from - size, size);
    }
  }

  @Override
  public Optional<FlatVector> residual() {
    return Optional.ofNullable(residual);
  }

  @Override
  public void sum(FlatVector vector) {
    for (long from = 0; from < vector.size(); from += numbers.size()) {
      long count = Math.min(numbers.size(), vector.size() - from);
      FlatVector piece = new VectorPart(vector, from, count);
      FlatVector mine = new VectorPart(numbers, 0, count);
      if (count < numbers.size()) {
        math.clear(numbers);
      }
      math.set(mine, piece);
      contribute(mine, from);
      addUp(from, count);
      collective.allGather(ownSum, incoming);
      math.decode(codec, incoming, numbers);
      math.set(piece, mine);
    }
  }

  private void contribute(FlatVector mine, long from) {
    if (residual == null) {
      math.encode(codec, numbers, outgoing);
    } else {
      FlatVector lost = new VectorPart(residual, from, mine.size());
      math.add(mine, lost);
      math.clear(lost);
      math.encode(codec, numbers, outgoing);
      math.decode(codec, outgoing, decoded);
      math.addLost(lost, mine, new VectorPart(decoded, 0, mine.size()));
    }
    collective.allToAll(outgoing, incoming);
  }

  /** Sums the slice that this rank owns. */
  private void addUp(long from, long count) {
    math.clear(sum);
    for (int rank = 0; rank < ranks; rank++) {
      math.decode(codec, new VectorPart(incoming, (long) rank * words, words), one);
      math.add(sum, one);
    }
    math.encode(codec, sum, ownSum);
    long offset = (long) collective.rank() * slice;
    long part = Math.min(slice, count - offset);
    if (residual != null && part > 0) {
      math.decode(codec, ownSum, one);
      math.addLost(
          new VectorPart(residual, from + offset, part),
          new VectorPart(sum, 0, part),
          new VectorPart(one, 0, part));
    }
  }

  @Override
  public void close() {
    own.forEach(OwnedVector::close);
  }
}
