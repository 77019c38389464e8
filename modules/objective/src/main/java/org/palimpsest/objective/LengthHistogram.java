package org.palimpsest.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How often each length occurred. One thread; memory as long as the longest length. */
public final class LengthHistogram {
  private long[] counts = new long[64];
  private long total;
  private long sum;

  /**
   * Neighbouring lengths counted together.
   *
   * @param from shortest
   * @param to longest
   * @param count how often a length of these occurred
   */
  public record Bin(int from, int to, long count) {}

  void add(int length) {
    if (length >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(length + 1, counts.length * 2));
    }
    counts[length]++;
    total++;
    sum += length;
  }

  /** Sum of all lengths. */
  public long sum() {
    return sum;
  }

  /** NaN if nothing was counted, as for every other figure without examples. */
  public double mean() {
    return (double) sum / total;
  }

  /** 0 if nothing was counted. */
  public int shortest() {
    return quantile(0);
  }

  /** 0 if nothing was counted. */
  public int longest() {
    return quantile(1);
  }

  /** The shortest length that a share {@code q} of the lengths does not exceed. */
  public int quantile(double q) {
    long rank = Math.max(1, (long) Math.ceil(q * total));
    long seen = 0;
    for (int length = 0; length < counts.length; length++) {
      seen += counts[length];
      if (seen >= rank) {
        return length;
      }
    }
    return 0;
  }

  /** What is padding when every row is as long as the longest one: a share of the positions. */
  public double padding() {
    return 1 - mean() / longest();
  }

  /** At most {@code most} bins of equal width, from the shortest to the longest length. */
  public List<Bin> bins(int most) {
    List<Bin> bins = new ArrayList<>();
    int longest = longest();
    int width = (longest - shortest() + most) / most;
    for (int from = shortest(); total > 0 && from <= longest; from += width) {
      int to = Math.min(from + width - 1, longest);
      bins.add(new Bin(from, to, Arrays.stream(counts, from, to + 1).sum()));
    }
    return bins;
  }
}
