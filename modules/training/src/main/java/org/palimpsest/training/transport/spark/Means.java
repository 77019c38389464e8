package org.palimpsest.training.transport.spark;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.training.exchange.Compression;
import scala.Tuple2;

/**
 * Averages the contributions of one partition, slice by slice, in rank order.
 *
 * @param slices how the model is split
 * @param parameters how parameters are encoded; moments are exact
 */
record Means(Slices slices, Compression parameters) implements Serializable {

  /**
   * The mean of every slice, one after the other, as fp32; of length 0 if no worker had target
   * tokens. For the partition of the reports: the reports, each after its length.
   *
   * @param sorted by slice, then by rank
   */
  byte[] of(Iterator<Tuple2<Long, Contribution>> sorted) {
    BySlice groups = new BySlice(sorted);
    List<byte[]> results = new ArrayList<>();
    while (groups.hasNext()) {
      int slice = groups.slice();
      List<Contribution> contributions = groups.next();
      results.add(
          slice == slices.reports()
              ? oneAfterTheOther(contributions)
              : mean(contributions, slices.length(slice), codec(slice)));
    }
    return results.size() == 1 ? results.get(0) : joined(results);
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(all::put);
    return all.array();
  }

  private Codec codec(int slice) {
    return (slices.isOfMoments(slice) ? Compression.NONE : parameters).codec();
  }

  /** Collects the contributions to one slice at a time. */
  private static final class BySlice implements Iterator<List<Contribution>> {
    private final Iterator<Tuple2<Long, Contribution>> sorted;
    private Tuple2<Long, Contribution> ahead;

    BySlice(Iterator<Tuple2<Long, Contribution>> sorted) {
      this.sorted = sorted;
      advance();
    }

    private void advance() {
      ahead = sorted.hasNext() ? sorted.next() : null;
    }

    @Override
    public boolean hasNext() {
      return ahead != null;
    }

    /** The slice of the next contributions. */
    int slice() {
      return Slices.slice(ahead._1());
    }

    @Override
    public List<Contribution> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int slice = slice();
      List<Contribution> contributions = new ArrayList<>();
      while (hasNext() && slice() == slice) {
        contributions.add(ahead._2());
        advance();
      }
      return contributions;
    }
  }

  private static byte[] oneAfterTheOther(List<Contribution> reports) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Contribution report : reports) {
      byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(report.encoded().length).array();
      all.writeBytes(length);
      all.writeBytes(report.encoded());
    }
    return all.toByteArray();
  }

  /** The mean weighted by target tokens. */
  private static byte[] mean(List<Contribution> contributions, int length, Codec codec) {
    double weights = contributions.stream().mapToDouble(Contribution::weight).sum();
    if (weights == 0) {
      return new byte[0];
    }
    float[] sum = new float[length];
    float[] one = new float[length];
    for (Contribution contribution : contributions) {
      codec.decode(ByteBuffer.wrap(contribution.encoded()), one, 0, length);
      double share = contribution.weight() / weights;
      for (int i = 0; i < length; i++) {
        sum[i] += (float) (one[i] * share);
      }
    }
    Codec exact = Compression.NONE.codec();
    ByteBuffer mean = ByteBuffer.allocate(exact.bytes(length));
    exact.encode(sum, 0, length, mean);
    return mean.array();
  }
}
