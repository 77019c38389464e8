package org.palimpsest.dl4j.kernel;

import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.model.spec.Architecture;

/**
 * The arithmetic that layers are made of, over rows in the host's memory. {@link FloatKernels} is
 * made for speed; {@link DoubleKernels} says the same plainly, for difference quotients.
 *
 * <p>Products are BLAS's. Everything else goes row by row through Java arrays, which the JIT
 * compiler turns into vector instructions: ND4J's own operations cost tens of microseconds each for
 * the views that they need, and make one pass over memory for each step of a formula.
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

  /** Adds one row to each. */
  void addToRows(Matrix row, Matrix to);

  /** Adds the sum of the rows to one row. */
  void addRows(Matrix what, Matrix toRow);

  /** Row i of {@code into} ← scale · row {@code rows[i]} of the table. */
  void gather(double scale, Matrix table, int[] rows, Matrix into);

  /** Row {@code rows[i]} of the table ← itself + scale · row i. */
  void scatter(double scale, Matrix what, int[] rows, Matrix table);

  /** Copies elements given as doubles into a matrix, row by row. */
  void write(double[] values, Matrix into);

  /** Copies a matrix out, row by row. */
  double[] read(Matrix from);

  /** Fills a dense matrix with floats that are given as bits. */
  void writeBits(int[] bits, Matrix into);

  /**
   * Normalises rows.
   *
   * @param bias null for none
   * @param statistics takes mean (0 for RMS) and inverse deviation of each row
   */
  void normalise(
      Architecture norm, Matrix x, Matrix weight, Matrix bias, Matrix into, Matrix statistics);

  /**
   * Replaces the output's gradient by that of x, in place, and adds those of weight and bias.
   *
   * @param biasGradient null for none
   */
  void normaliseBackward(
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
   * Turns attention scores into shares, in place. Row i is a query of head i / {@link
   * Sight#queries()}.
   */
  void softmax(Matrix scores, Sight sight);

  /** Replaces the shares' gradient by the scores', in place; adds that of the relative bias. */
  void softmaxBackward(Matrix shares, Matrix gradient, Sight sight);

  /**
   * Replaces logits by the gradient of their losses.
   *
   * @param losses takes each row's loss, smoothing and z-loss included, unweighted
   */
  void crossEntropy(Matrix logits, Truth truth, double[] losses);

  /**
   * Reads off each row's cross-entropy and most probable token; the logits stay.
   *
   * @param best takes the most probable tokens
   */
  void score(Matrix logits, int[] tokens, double[] losses, int[] best);

  /**
   * What queries see.
   *
   * @param queries rows of each head
   * @param first position of the first query among the keys
   * @param future whether keys after a query are hidden from it
   * @param bias by head and by distance to the key; null for none
   * @param biasGradient what {@code bias} gathers in a backward pass
   */
  record Sight(int queries, int first, Future future, Matrix bias, Matrix biasGradient) {
    /** How many keys a query sees that is the {@code query}th of its head. */
    int visible(int query, int keys) {
      return future == Future.HIDDEN ? Math.min(keys, first + query + 1) : keys;
    }

    /** The column of the bias for the first key: distance −(first + query) from the middle. */
    int biasFrom(int query) {
      return bias.columns() / 2 - first - query;
    }
  }

  /** Whether a query sees keys behind it. */
  enum Future {
    SEEN,
    HIDDEN
  }

  /**
   * What is to be said.
   *
   * @param tokens one a row
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
