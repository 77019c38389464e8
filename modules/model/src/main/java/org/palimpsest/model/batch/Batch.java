package org.palimpsest.model.batch;

import java.util.Arrays;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.DenoisingExample;

/**
 * Examples padded to the longest, as matrices in row-major order.
 *
 * @param rows number of rows; each holds one example, or several if the batch is packed
 * @param sourceLength columns of the source
 * @param targetLength columns of the target
 * @param source rows × sourceLength token ids
 * @param sourceLengths tokens of each row; the rest is padding
 * @param decoderInput rows × targetLength token ids, the decoder's input
 * @param decoderPositions rows × targetLength positions, or null when they are 0, 1, 2, … in each
 *     example
 * @param target rows × targetLength token ids, the decoder's expected output
 * @param targetLengths tokens of each row; the rest is padding
 * @param lossWeights rows × targetLength; 0 where the loss does not count and at padding
 * @param roles rows × targetLength of {@link DenoisingExample#KEPT} …; CONTROL at padding
 * @param rawTokens tokens of the original text in this batch
 * @param segments position of each example; one per row in a batch that is not packed
 */
public record Batch(
    int rows,
    int sourceLength,
    int targetLength,
    int[] source,
    int[] sourceLengths,
    int[] decoderInput,
    int[] decoderPositions,
    int[] target,
    int[] targetLengths,
    float[] lossWeights,
    byte[] roles,
    long rawTokens,
    Segments segments) {

  /** A batch with one example per row. */
  public Batch(
      int rows,
      int sourceLength,
      int targetLength,
      int[] source,
      int[] sourceLengths,
      int[] decoderInput,
      int[] decoderPositions,
      int[] target,
      int[] targetLengths,
      float[] lossWeights,
      byte[] roles,
      long rawTokens) {
    this(
        rows,
        sourceLength,
        targetLength,
        source,
        sourceLengths,
        decoderInput,
        decoderPositions,
        target,
        targetLengths,
        lossWeights,
        roles,
        rawTokens,
        Segments.oneEach(sourceLengths, targetLengths));
  }

  /**
   * Pads examples into a batch, one per row.
   *
   * @param examples at least one
   * @param pad the padding id
   */
  public static Batch of(List<DenoisingExample> examples, int pad) {
    return of(Packing.oneEach(examples), examples.size(), pad);
  }

  /**
   * Packs examples into rows of at most the given lengths, several per row where they fit; a longer
   * example gets its own row.
   *
   * @param examples at least one
   * @param pad the padding id
   */
  public static Batch packed(
      List<DenoisingExample> examples, int pad, int sourceLength, int targetLength) {
    return of(Packing.firstFit(examples, sourceLength, targetLength), examples.size(), pad);
  }

  private static Batch of(Packing packing, int examples, int pad) {
    Batch batch =
        empty(packing.rows().size(), packing.sourceLength(), packing.targetLength(), examples, pad);
    boolean ordinary = true;
    long raw = 0;
    int number = 0;
    for (int row = 0; row < batch.rows; row++) {
      for (DenoisingExample example : packing.rows().get(row)) {
        ordinary &= batch.fill(row, number++, example);
        raw += example.rawLength();
      }
    }
    return batch.finished(ordinary ? null : batch.decoderPositions, raw);
  }

  private static Batch empty(int rows, int width, int depth, int examples, int pad) {
    int[] source = new int[rows * width];
    int[] input = new int[rows * depth];
    int[] target = new int[rows * depth];
    byte[] roles = new byte[rows * depth];
    Arrays.fill(source, pad);
    Arrays.fill(input, pad);
    Arrays.fill(target, pad);
    Arrays.fill(roles, DenoisingExample.CONTROL);
    return new Batch(
        rows,
        width,
        depth,
        source,
        new int[rows],
        input,
        new int[rows * depth],
        target,
        new int[rows],
        new float[rows * depth],
        roles,
        0,
        new Segments(
            new int[examples],
            new int[examples],
            new int[examples],
            new int[examples],
            new int[examples]));
  }

  /** Appends one example to a row; returns whether its positions are 0, 1, 2, … */
  private boolean fill(int row, int number, DenoisingExample example) {
    int length = example.targetLength();
    int from = row * sourceLength + sourceLengths[row];
    int at = row * targetLength + targetLengths[row];
    System.arraycopy(example.source(), 0, source, from, example.sourceLength());
    System.arraycopy(example.decoderInput(), 0, decoderInput, at, length);
    System.arraycopy(example.decoderPositions(), 0, decoderPositions, at, length);
    System.arraycopy(example.target(), 0, target, at, length);
    System.arraycopy(example.roles(), 0, roles, at, length);
    segments.rows()[number] = row;
    segments.sourceFrom()[number] = sourceLengths[row];
    segments.sourceLengths()[number] = example.sourceLength();
    segments.targetFrom()[number] = targetLengths[row];
    segments.targetLengths()[number] = length;
    sourceLengths[row] += example.sourceLength();
    targetLengths[row] += length;
    boolean ordinary = true;
    for (int t = 0; t < length; t++) {
      lossWeights[at + t] = example.counted()[t] ? 1f : 0f;
      ordinary &= decoderPositions[at + t] == t;
    }
    return ordinary;
  }

  private Batch finished(int[] positions, long raw) {
    return new Batch(
        rows,
        sourceLength,
        targetLength,
        source,
        sourceLengths,
        decoderInput,
        positions,
        target,
        targetLengths,
        lossWeights,
        roles,
        raw,
        segments);
  }

  /**
   * Refuses a batch whose arrays do not have {@code rows} times their length elements.
   *
   * @throws PalimpsestException of kind INPUT that names the array
   */
  public void requireConsistent() {
    long sources = (long) rows * sourceLength;
    long targets = (long) rows * targetLength;
    requireSize("source", source.length, sources);
    requireSize("decoder input", decoderInput.length, targets);
    requireSize("target", target.length, targets);
    requireSize("loss weights", lossWeights.length, targets);
    if (decoderPositions != null) {
      requireSize("decoder positions", decoderPositions.length, targets);
    }
  }

  private static void requireSize(String array, int size, long expected) {
    if (size != expected) {
      throw PalimpsestException.input(
          "The batch's "
              + array
              + " has "
              + size
              + " elements, but its rows and lengths make "
              + expected
              + ": give all arrays of a batch the same rows and lengths.");
    }
  }

  /** Whether any row holds more than one example. */
  public boolean isPacked() {
    return segments.count() > rows;
  }

  /** Sum of the loss weights: the number of counted target tokens. */
  public double weight() {
    double sum = 0;
    for (float weight : lossWeights) {
      sum += weight;
    }
    return sum;
  }
}
