package org.palimpsest.model;

import java.util.Arrays;
import java.util.List;
import org.palimpsest.objective.DenoisingExample;

/**
 * Examples side by side, padded to the longest: matrices in row-major order.
 *
 * @param rows number of examples
 * @param sourceLength columns of the source
 * @param targetLength columns of the target
 * @param source rows × sourceLength token ids
 * @param sourceLengths how much of each row is text; the rest is padding
 * @param decoderInput rows × targetLength token ids that the decoder reads
 * @param decoderPositions rows × targetLength positions, or null when they are 0, 1, 2, …
 * @param target rows × targetLength token ids that the decoder shall say
 * @param targetLengths how much of each row is text
 * @param lossWeights rows × targetLength; 0 where the loss does not count and at padding
 * @param roles rows × targetLength of {@link DenoisingExample#KEPT} …; CONTROL at padding
 * @param rawTokens undamaged tokens that the batch stands for
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
    long rawTokens) {

  /**
   * Pads examples into a batch.
   *
   * @param examples at least one
   * @param pad the padding id
   */
  public static Batch of(List<DenoisingExample> examples, int pad) {
    int rows = examples.size();
    int width = 0;
    int depth = 0;
    long raw = 0;
    for (DenoisingExample example : examples) {
      width = Math.max(width, example.sourceLength());
      depth = Math.max(depth, example.targetLength());
      raw += example.rawLength();
    }
    Batch batch = empty(rows, width, depth, pad, raw);
    boolean ordinary = true;
    for (int row = 0; row < rows; row++) {
      ordinary &= batch.fill(row, examples.get(row));
    }
    return ordinary ? batch.withoutPositions() : batch;
  }

  private static Batch empty(int rows, int width, int depth, int pad, long raw) {
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
        raw);
  }

  /** Copies one example in; says whether its positions are simply 0, 1, 2, … */
  private boolean fill(int row, DenoisingExample example) {
    int length = example.targetLength();
    int at = row * targetLength;
    System.arraycopy(example.source(), 0, source, row * sourceLength, example.sourceLength());
    System.arraycopy(example.decoderInput(), 0, decoderInput, at, length);
    System.arraycopy(example.decoderPositions(), 0, decoderPositions, at, length);
    System.arraycopy(example.target(), 0, target, at, length);
    System.arraycopy(example.roles(), 0, roles, at, length);
    sourceLengths[row] = example.sourceLength();
    targetLengths[row] = length;
    boolean ordinary = true;
    for (int t = 0; t < length; t++) {
      lossWeights[at + t] = example.counted()[t] ? 1f : 0f;
      ordinary &= decoderPositions[at + t] == t;
    }
    return ordinary;
  }

  private Batch withoutPositions() {
    return new Batch(
        rows,
        sourceLength,
        targetLength,
        source,
        sourceLengths,
        decoderInput,
        null,
        target,
        targetLengths,
        lossWeights,
        roles,
        rawTokens);
  }

  /** Sum of the loss weights: the target tokens that count. */
  public double weight() {
    double sum = 0;
    for (float weight : lossWeights) {
      sum += weight;
    }
    return sum;
  }
}
