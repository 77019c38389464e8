package org.palimpsest.dl4j.kernel;

import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.model.spec.Architecture;

/**
 * The arithmetic of layers, over rows in the host's memory. {@link FloatKernels} is fast; {@link
 * DoubleKernels} is a plain implementation, for difference quotients.
 *
 * <p>BLAS computes products. Everything else goes row by row through Java arrays, with loops that
 * the JIT compiler vectorizes: ND4J's own operations cost tens of microseconds each for their
 * views, and make one pass over memory per step of a formula.
 */
public interface Kernels {
  DataType type();

  /** into ← scale·a·bᵀ + kept·into. */
  void timesTransposed(double scale, Matrix a, Matrix b, double kept, Matrix into);

  /** into ← scale·a·b + kept·into. */
  void times(double scale, Matrix a, Matrix b, double kept, Matrix into);

  /** into ← scale·aᵀ·b + kept·into. */
  void transposedTimes(double scale, Matrix a, Matrix b, double kept, Matrix into);

  void fill(Matrix matrix, double value);

  void copy(Matrix from, Matrix to);

  /** to ← to + what. */
  void add(Matrix what, Matrix to);

  /** into ← a ⊙ b. */
  void multiply(Matrix a, Matrix b, Matrix into);

  /** into ← x + branch ⊙ mask. */
  void addMasked(Matrix x, Matrix branch, Matrix mask, Matrix into);

  /** Adds one row to every row. */
  void addToRows(Matrix row, Matrix to);

  /** Adds the sum of the rows to one row. */
  void addRows(Matrix what, Matrix toRow);

  /** Row i of {@code into} ← scale · row {@code rows[i]} of the table. */
  void gather(double scale, Matrix table, int[] rows, Matrix into);

  /** Row {@code rows[i]} of the table ← the same row + scale · row i. */
  void scatter(double scale, Matrix what, int[] rows, Matrix table);

  /** Copies elements given as doubles into a matrix, row by row. */
  void write(double[] values, Matrix into);

  /** Copies a matrix to an array, row by row. */
  double[] read(Matrix from);

  /** Fills a dense matrix with floats, given as bits. */
  void writeBits(int[] bits, Matrix into);

  /**
   * Normalizes rows.
   *
   * @param bias null for none
   * @param statistics receives the mean (0 for RMS) and inverse deviation of each row
   */
  void normalize(
      Architecture norm, Matrix x, Matrix weight, Matrix bias, Matrix into, Matrix statistics);

  /**
   * Replaces the output's gradient by that of x, in place, and adds those of weight and bias.
   *
   * @param biasGradient null for none
   */
  void normalizeBackward(
      Architecture norm,
      Matrix gradient,
      Matrix x,
      Matrix statistics,
      Matrix weight,
      Matrix weightGradient,
      Matrix biasGradient);

  /** into ← activation(x). */
  void activate(Architecture.Activation activation, Matrix x, Matrix into);

  /** gradient ← gradient ⊙ activation′(x). */
  void activateBackward(Architecture.Activation activation, Matrix x, Matrix gradient);

  /**
   * Replaces attention scores by probabilities, in place. Row i is a query of head i / {@link
   * Sight#queries()}.
   */
  void softmax(Matrix scores, Sight sight);

  /**
   * Replaces the gradient of the probabilities by that of the scores, in place; adds that of the
   * relative bias.
   */
  void softmaxBackward(Matrix probabilities, Matrix gradient, Sight sight);

  /**
   * Replaces logits by the gradient of their losses.
   *
   * @param losses receives each row's loss, with smoothing and z-loss, unweighted
   */
  void crossEntropy(Matrix logits, Truth truth, double[] losses);

  /**
   * Computes each row's cross-entropy and most probable token without changing the logits.
   *
   * @param best receives the most probable tokens
   */
  void score(Matrix logits, int[] tokens, double[] losses, int[] best);

  /**
   * The keys that queries attend to.
   *
   * @param queries rows of each head
   * @param first position of the first query among the keys
   * @param future whether keys after a query are hidden
   * @param bias by head and by distance to the key; null for none
   * @param biasGradient receives the gradient of {@code bias} in a backward pass
   */
  record Sight(int queries, int first, Future future, Matrix bias, Matrix biasGradient) {
    /** Number of keys that the {@code query}th query of a head attends to. */
    int visible(int query, int keys) {
      return future == Future.HIDDEN ? Math.min(keys, first + query + 1) : keys;
    }

    /** The column of the bias for the first key: distance −(first + query) from the middle. */
    int biasFrom(int query) {
      return bias.columns() / 2 - first - query;
    }
  }

  /** Whether a query attends to keys after it. */
  enum Future {
    SEEN,
    HIDDEN
  }

  /**
   * The targets of rows.
   *
   * @param tokens one per row
   * @param weights of the losses; null when all are 1
   * @param smoothing share of the target that is spread over all tokens
   * @param zLoss weight of (ln Z)²
   */
  record Truth(int[] tokens, float[] weights, double smoothing, double zLoss) {
    double weight(int row) {
      return weights == null ? 1 : weights[row];
    }
  }
}
