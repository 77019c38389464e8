package org.palimpsest.model.batch;

import java.util.Arrays;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.DenoisingExample;

/**
 * Examples padded to the longest, as matrices in row-major order.
 *
 * @param rows number of rows; each holds one example, or several if the batch is packed
 * @param encoder what the encoder reads
 * @param decoder what the decoder reads and is to write
 * @param rawTokens tokens of the original text in this batch
 * @param segments position of each example; one per row in a batch that is not packed
 */
public record Batch(
    int rows, EncoderSide encoder, DecoderSide decoder, long rawTokens, Segments segments) {

  /**
   * What the encoder reads.
   *
   * @param columns of the matrix
   * @param tokens rows × columns token ids
   * @param lengths tokens of each row; the rest is padding
   */
  public record EncoderSide(int columns, int[] tokens, int[] lengths) {}

  /**
   * What the decoder reads and is to write.
   *
   * @param columns of each matrix
   * @param input rows × columns token ids
   * @param positions rows × columns positions, or null when they are 0, 1, 2, … in each example
   * @param target rows × columns token ids, the expected output
   * @param lengths tokens of each row; the rest is padding
   * @param weights rows × columns; 0 where the loss does not count and at padding
   * @param roles rows × columns of {@link DenoisingExample#KEPT} …; CONTROL at padding
   */
  public record DecoderSide(
      int columns,
      int[] input,
      int[] positions,
      int[] target,
      int[] lengths,
      float[] weights,
      byte[] roles) {

    /** The same with other positions. */
    public DecoderSide withPositions(int[] other) {
      return new DecoderSide(columns, input, other, target, lengths, weights, roles);
    }

    /** The same with other loss weights. */
    public DecoderSide withWeights(float[] other) {
      return new DecoderSide(columns, input, positions, target, lengths, other, roles);
    }
  }

  /** A batch with one example per row. */
  public Batch(int rows, EncoderSide encoder, DecoderSide decoder, long rawTokens) {
    this(rows, encoder, decoder, rawTokens, Segments.oneEach(encoder.lengths, decoder.lengths));
  }

  public int sourceLength() {
    return encoder.columns;
  }

  public int targetLength() {
    return decoder.columns;
  }

  public int[] source() {
    return encoder.tokens;
  }

  public int[] sourceLengths() {
    return encoder.lengths;
  }

  public int[] decoderInput() {
    return decoder.input;
  }

  public int[] decoderPositions() {
    return decoder.positions;
  }

  public int[] target() {
    return decoder.target;
  }

  public int[] targetLengths() {
    return decoder.lengths;
  }

  public float[] lossWeights() {
    return decoder.weights;
  }

  public byte[] roles() {
    return decoder.roles;
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
    DecoderSide decoder = ordinary ? batch.decoder.withPositions(null) : batch.decoder;
    return new Batch(batch.rows, batch.encoder, decoder, raw, batch.segments);
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
        new EncoderSide(width, source, new int[rows]),
        new DecoderSide(
            depth,
            input,
            new int[rows * depth],
            target,
            new int[rows],
            new float[rows * depth],
            roles),
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
    int from = row * encoder.columns + encoder.lengths[row];
    int at = row * decoder.columns + decoder.lengths[row];
    System.arraycopy(example.source(), 0, encoder.tokens, from, example.sourceLength());
    System.arraycopy(example.decoderInput(), 0, decoder.input, at, length);
    System.arraycopy(example.decoderPositions(), 0, decoder.positions, at, length);
    System.arraycopy(example.target(), 0, decoder.target, at, length);
    System.arraycopy(example.roles(), 0, decoder.roles, at, length);
    segments.rows()[number] = row;
    segments.sourceFrom()[number] = encoder.lengths[row];
    segments.sourceLengths()[number] = example.sourceLength();
    segments.targetFrom()[number] = decoder.lengths[row];
    segments.targetLengths()[number] = length;
    encoder.lengths[row] += example.sourceLength();
    decoder.lengths[row] += length;
    boolean ordinary = true;
    for (int t = 0; t < length; t++) {
      decoder.weights[at + t] = example.counted()[t] ? 1f : 0f;
      ordinary &= decoder.positions[at + t] == t;
    }
    return ordinary;
  }

  /** Multiplies the loss weights of the target tokens that the corruption damaged. */
  public void weighLost(float factor) {
    if (factor == 1) {
      return;
    }
    for (int at = 0; at < decoder.weights.length; at++) {
      if (decoder.roles[at] == DenoisingExample.CORRUPTED) {
        decoder.weights[at] *= factor;
      }
    }
  }

  /**
   * Refuses a batch whose arrays do not have {@code rows} times their length elements.
   *
   * @throws PalimpsestException of kind INPUT that names the array
   */
  public void requireConsistent() {
    long sources = (long) rows * encoder.columns;
    long targets = (long) rows * decoder.columns;
    requireSize("source", encoder.tokens.length, sources);
    requireSize("decoder input", decoder.input.length, targets);
    requireSize("target", decoder.target.length, targets);
    requireSize("loss weights", decoder.weights.length, targets);
    if (decoder.positions != null) {
      requireSize("decoder positions", decoder.positions.length, targets);
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

  /** Sum of the loss weights; unless they are weighed, the number of counted target tokens. */
  public double weight() {
    double sum = 0;
    for (float weight : decoder.weights) {
      sum += weight;
    }
    return sum;
  }
}
