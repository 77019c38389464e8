package org.palimpsest.dl4j;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.stack.Head;
import org.palimpsest.dl4j.stack.Pass;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.batch.Segments;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Converts between batches and Deeplearning4j's data sets.
 *
 * <table>
 * <caption>B rows, sources of up to S tokens, targets of up to T</caption>
 * <tr><td>feature 0</td><td>B × S</td><td>source ids</td></tr>
 * <tr><td>feature 1</td><td>B × T</td><td>the decoder's input ids; or B × 2 × T, ids and
 * positions</td></tr>
 * <tr><td>feature masks</td><td>as the features</td><td>0 for padding; 1, 2, … for the
 * examples that share a row; no mask without padding</td></tr>
 * <tr><td>label</td><td>B × T</td><td>target ids</td></tr>
 * <tr><td>label mask</td><td>B × T</td><td>loss weights; without a mask 1, and 0 at padding</td></tr>
 * </table>
 *
 * <p>Ids can have any numeric type.
 */
public final class DataSets {
  private DataSets() {}

  /** Converts a batch to a data set. */
  public static MultiDataSet of(Batch batch) {
    int rows = batch.rows();
    Segments segments = batch.segments();
    float[] sourceMask = new float[rows * batch.sourceLength()];
    float[] targetMask = new float[rows * batch.targetLength()];
    for (int i = 0, number = 1; i < segments.count(); i++, number++) {
      int row = segments.rows()[i];
      number = i > 0 && row != segments.rows()[i - 1] ? 1 : number;
      int source = row * batch.sourceLength() + segments.sourceFrom()[i];
      int target = row * batch.targetLength() + segments.targetFrom()[i];
      Arrays.fill(sourceMask, source, source + segments.sourceLengths()[i], number);
      Arrays.fill(targetMask, target, target + segments.targetLengths()[i], number);
    }
    return new org.nd4j.linalg.dataset.MultiDataSet(
        new INDArray[] {matrix(batch.source(), rows), decoder(batch)},
        new INDArray[] {matrix(batch.target(), rows)},
        new INDArray[] {matrix(sourceMask, rows), matrix(targetMask, rows)},
        new INDArray[] {matrix(batch.lossWeights(), rows)});
  }

  private static INDArray decoder(Batch batch) {
    INDArray ids = matrix(batch.decoderInput(), batch.rows());
    if (batch.decoderPositions() == null) {
      return ids;
    }
    return Nd4j.stack(1, ids, matrix(batch.decoderPositions(), batch.rows()));
  }

  private static INDArray matrix(int[] values, int rows) {
    return Nd4j.createFromArray(values).reshape('c', rows, values.length / rows);
  }

  private static INDArray matrix(float[] values, int rows) {
    return Nd4j.createFromArray(values).reshape('c', rows, values.length / rows);
  }

  /** The slice of some features; all target rows count, without targets yet. */
  static Slice slice(
      ModelSpec spec, INDArray source, INDArray sourceMask, INDArray decoder, INDArray targetMask) {
    boolean positions = decoder.rank() == 3;
    requireShape("The graph's first input", source, source.size(0), source.size(-1));
    long rows = source.size(0);
    long width = decoder.size(-1);
    if (positions) {
      requireShape("The graph's second input", decoder, rows, 2, width);
    } else {
      requireShape("The graph's second input", decoder, rows, width);
    }
    int[] sourceNumbers = numbers("The mask of the first input", sourceMask, rows, source.size(1));
    int[] targetNumbers = numbers("The mask of the second input", targetMask, rows, width);
    int[] both = ints(decoder);
    int length = (int) width;
    Segments segments = segments((int) rows, sourceNumbers, targetNumbers);
    Batch batch =
        new Batch(
            (int) rows,
            new Batch.EncoderSide((int) source.size(1), ints(source), new int[(int) rows]),
            new Batch.DecoderSide(
                length,
                positions ? half(both, length, 0) : both,
                positions ? half(both, length, 1) : null,
                new int[(int) rows * length],
                new int[(int) rows],
                new float[(int) rows * length],
                new byte[(int) rows * length]),
            0,
            segments);
    Slice slice = Slice.of(batch, 0, segments.count(), CountedRows.Scope.ALL);
    Pass.checked(spec, slice.source());
    Pass.checked(spec, slice.target());
    return slice;
  }

  private static int[] half(int[] both, int length, int which) {
    int[] values = new int[both.length / 2];
    for (int row = 0; row < values.length / Math.max(1, length); row++) {
      System.arraycopy(both, (2 * row + which) * length, values, row * length, length);
    }
    return values;
  }

  private static int[] ints(INDArray array) {
    return array.castTo(DataType.INT32).dup('c').data().asInt();
  }

  private static int[] numbers(String name, INDArray mask, long rows, long width) {
    if (mask == null) {
      int[] ones = new int[(int) (rows * width)];
      Arrays.fill(ones, 1);
      return ones;
    }
    requireShape(name, mask, rows, width);
    return ints(mask);
  }

  private static void requireShape(String name, INDArray array, long... shape) {
    if (!Arrays.equals(array.shape(), shape)) {
      throw PalimpsestException.input(
          name
              + " has shape "
              + Arrays.toString(array.shape())
              + " but needs "
              + (array.rank() == shape.length
                  ? Arrays.toString(shape)
                  : shape.length + " dimensions")
              + ": give ids and masks the shapes that DataSets documents.");
    }
  }

  private static Segments segments(int rows, int[] source, int[] target) {
    int sourceWidth = source.length / Math.max(1, rows);
    int targetWidth = target.length / Math.max(1, rows);
    int[] counts = new int[rows];
    int total = 0;
    for (int row = 0; row < rows; row++) {
      counts[row] =
          Math.max(
              largest(source, row * sourceWidth, sourceWidth),
              largest(target, row * targetWidth, targetWidth));
      total += counts[row];
    }
    Segments segments =
        new Segments(
            new int[total], new int[total], new int[total], new int[total], new int[total]);
    int next = 0;
    for (int row = 0; row < rows; row++) {
      for (int number = 1, s = 0, t = 0; number <= counts[row]; number++, next++) {
        segments.rows()[next] = row;
        segments.sourceFrom()[next] = s;
        segments.targetFrom()[next] = t;
        segments.sourceLengths()[next] = run(source, row * sourceWidth, s, sourceWidth, number);
        segments.targetLengths()[next] = run(target, row * targetWidth, t, targetWidth, number);
        s += segments.sourceLengths()[next];
        t += segments.targetLengths()[next];
      }
    }
    int sourceMarked = Arrays.stream(segments.sourceLengths()).sum();
    int targetMarked = Arrays.stream(segments.targetLengths()).sum();
    if (sourceMarked != count(source) || targetMarked != count(target)) {
      throw PalimpsestException.input(
          "A mask of the graph's inputs must be 1, 2, … in this order and then 0: number the"
              + " examples of a row from 1 on, without a gap.");
    }
    return segments;
  }

  private static int largest(int[] values, int from, int count) {
    return Arrays.stream(values, from, from + count).max().orElse(0);
  }

  private static int run(int[] values, int begin, int from, int width, int number) {
    int end = from;
    while (end < width && values[begin + end] == number) {
      end++;
    }
    return end - from;
  }

  private static int count(int[] mask) {
    return (int) Arrays.stream(mask).filter(number -> number != 0).count();
  }

  /** The slice with targets and weights from labels and their mask. */
  static Slice labeled(Slice slice, INDArray labels, INDArray mask, CountedRows.Scope scope) {
    return slice.withTargets(ints(labels), weights(slice, labels, mask), scope);
  }

  /** The weights of the losses, laid out as the labels. */
  static float[] weights(Slice slice, INDArray labels, INDArray mask) {
    long[] shape = labels.shape();
    if (shape.length != 2 || Arrays.stream(slice.places()).anyMatch(at -> at >= labels.length())) {
      throw PalimpsestException.input(
          "The labels have shape "
              + Arrays.toString(shape)
              + ", but must have that of the decoder's ids: give one label for each id.");
    }
    if (mask != null) {
      requireShape("The mask of the labels", mask, shape);
      return mask.castTo(DataType.FLOAT).dup('c').data().asFloat();
    }
    float[] weights = new float[(int) labels.length()];
    for (int place : slice.places()) {
      weights[place] = 1;
    }
    return weights;
  }

  /** Probabilities of all tokens, rows by vocabulary by length; 0 at padding. */
  static INDArray probabilities(Pass pass, Head head, Matrix rows, INDArray decoder) {
    int vocabulary = pass.spec().vocabulary();
    int width = (int) decoder.size(-1);
    INDArray all = Nd4j.zeros(rows.memory().array().dataType(), decoder.size(0), vocabulary, width);
    for (int row = 0; row < rows.rows(); row++) {
      double[] shares = softmax(pass.workspace().kernels().read(head.logits(rows.rows(row, 1))));
      int place = pass.slice().places()[row];
      for (int token = 0; token < vocabulary; token++) {
        all.putScalar(new int[] {place / width, token, place % width}, shares[token]);
      }
    }
    return all;
  }

  private static double[] softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElse(0);
    double[] powers = Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }
}
