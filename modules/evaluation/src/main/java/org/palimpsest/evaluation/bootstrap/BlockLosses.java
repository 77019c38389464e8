package org.palimpsest.evaluation.bootstrap;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/** The losses of scored blocks in stored order, with the documents that they belong to. */
public final class BlockLosses implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SUMS = Sum.values().length;

  /** The document of every block; the first document that begins here has the number 0. */
  private int[] documents = new int[16];

  /** For every block, its {@link Sum}s. */
  private double[] sums = new double[16 * SUMS];

  private int count;
  private int begun;

  /** What is summed over blocks. */
  public enum Sum {
    /** Nats at all counted target positions. */
    LOSS(0),
    /** Number of these positions. */
    TOKENS(1),
    /** Nats at counted positions of text. */
    TEXT_LOSS(2),
    /** UTF-8 bytes of the text. */
    BYTES(3),
    /** Nats at counted positions whose token the noise removed or replaced. */
    LOST_LOSS(4),
    /** Number of these positions. */
    LOST_TOKENS(5),
    /** Number of these positions where the most probable token is the true one. */
    LOST_CORRECT(6),
    /** Nats at counted positions whose token is in the source at another place. */
    MOVED_LOSS(7),
    /** Number of these positions. */
    MOVED_TOKENS(8),
    /** Number of these positions where the most probable token is the true one. */
    MOVED_CORRECT(9);

    private final int place;

    Sum(int place) {
      this.place = place;
    }

    /** Place among the sums of a block. */
    public int place() {
      return place;
    }
  }

  /**
   * Adds a block.
   *
   * @param document number of its document
   * @param blockSums the {@link Sum}s in their order; those at the end may be left out
   */
  public void add(int document, double... blockSums) {
    if (count == documents.length) {
      grow(count * 2);
    }
    documents[count] = document;
    System.arraycopy(blockSums, 0, sums, count++ * SUMS, blockSums.length);
  }

  /** Notes how many documents began in all blocks, scored or not. */
  public void end(int documentsBegun) {
    begun = documentsBegun;
  }

  /** Adds the blocks that follow these. */
  public void append(BlockLosses next) {
    if (count + next.count > documents.length) {
      grow((count + next.count) * 2);
    }
    for (int block = 0; block < next.count; block++) {
      documents[count + block] = begun + next.documents[block];
    }
    System.arraycopy(next.sums, 0, sums, count * SUMS, next.count * SUMS);
    count += next.count;
    begun += next.begun;
  }

  private void grow(int capacity) {
    documents = Arrays.copyOf(documents, capacity);
    sums = Arrays.copyOf(sums, capacity * SUMS);
  }

  /** Number of documents that have scored blocks. */
  public int documents() {
    int found = 0;
    for (int block = 0; block < count; block++) {
      found += begins(block) ? 1 : 0;
    }
    return found;
  }

  private boolean begins(int block) {
    return block == 0 || documents[block] != documents[block - 1];
  }

  /** A sum for each document. */
  public double[] perDocument(Sum sum) {
    double[] values = new double[documents()];
    int document = -1;
    for (int block = 0; block < count; block++) {
      document += begins(block) ? 1 : 0;
      values[document] += sums[block * SUMS + sum.place];
    }
    return values;
  }

  /** A ratio of two sums with its interval. */
  public Estimate ratio(Sum above, Sum below, Bootstrap bootstrap) {
    double[] denominators = perDocument(below);
    return Arrays.stream(denominators).sum() == 0
        ? new Estimate(0, Optional.empty(), 1)
        : bootstrap.ratio(perDocument(above), denominators);
  }

  /**
   * The difference of a ratio of sums between this and another model on the same blocks: a paired
   * comparison, in which what makes a document hard for both has no part.
   */
  public Estimate difference(BlockLosses other, Sum above, Sum below, Bootstrap bootstrap) {
    double[] denominators = perDocument(below);
    double[] mine = perDocument(above);
    double[] others = other.perDocument(above);
    for (int document = 0; document < mine.length; document++) {
      mine[document] -= others[document];
    }
    return Arrays.stream(denominators).sum() == 0
        ? new Estimate(0, Optional.empty(), 1)
        : bootstrap.ratio(mine, denominators);
  }
}
