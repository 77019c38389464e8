package org.palimpsest.dl4j.kernel;

import static org.palimpsest.dl4j.kernel.FloatRows.load;
import static org.palimpsest.dl4j.kernel.FloatRows.store;

import org.palimpsest.dl4j.kernel.Kernels.Sight;
import org.palimpsest.dl4j.kernel.Kernels.Truth;

/** Softmax of attention scores and of logits, forward and backward. */
final class FloatSoftmax {
  private final Exponential exponential;
  private float[] block = new float[Chunks.SIZE];
  private float[] other = new float[Chunks.SIZE];
  private float[] bias = new float[0];

  FloatSoftmax(Exponential exponential) {
    this.exponential = exponential;
  }

  private void reserve(int size) {
    if (block.length < size) {
      block = new float[size];
      other = new float[size];
    }
  }

  /** Number of rows that are processed together. */
  private int blockRows(Matrix rows) {
    int count = Math.max(1, Chunks.SIZE / Math.max(1, rows.columns()));
    reserve(count * rows.columns());
    return count;
  }

  void attend(Matrix scores, Sight sight) {
    int keys = scores.columns();
    int rows = blockRows(scores);
    int head = -1;
    for (int from = 0; from < scores.rows(); from += rows) {
      int count = Math.min(rows, scores.rows() - from);
      load(scores, scores.at(from), block, count * keys);
      for (int r = 0; r < count; r++) {
        int query = (from + r) % sight.queries();
        int visible = sight.visible(query, keys);
        if (sight.bias() != null) {
          head = biasOf(sight.bias(), (from + r) / sight.queries(), head);
          addFrom(bias, sight.biasFrom(query), block, r * keys, visible);
        }
        shift(block, r * keys, visible, FloatRows.max(block, r * keys, visible));
        fill(block, r * keys + visible, (r + 1) * keys, 0);
      }
      exponential.apply(block, count * keys);
      for (int r = 0; r < count; r++) {
        int visible = sight.visible((from + r) % sight.queries(), keys);
        FloatRows.scale(1 / FloatRows.sum(block, r * keys, visible), block, r * keys, visible);
        fill(block, r * keys + visible, (r + 1) * keys, 0);
      }
      store(block, scores, scores.at(from), count * keys);
    }
  }

  private int biasOf(Matrix table, int head, int present) {
    if (head != present) {
      if (bias.length < table.columns()) {
        bias = new float[table.columns()];
      }
      load(table, table.at(head), bias, table.columns());
    }
    return head;
  }

  private static void addFrom(float[] what, int offset, float[] to, int from, int count) {
    for (int i = 0; i < count; i++) {
      to[from + i] += what[offset + i];
    }
  }

  private static void shift(float[] x, int from, int count, float by) {
    for (int i = from; i < from + count; i++) {
      x[i] -= by;
    }
  }

  private static void fill(float[] x, int from, int to, float value) {
    for (int i = from; i < to; i++) {
      x[i] = value;
    }
  }

  void attendBackward(Matrix shares, Matrix gradient, Sight sight) {
    int keys = shares.columns();
    int rows = blockRows(shares);
    int head = -1;
    for (int from = 0; from < shares.rows(); from += rows) {
      int count = Math.min(rows, shares.rows() - from);
      load(shares, shares.at(from), block, count * keys);
      load(gradient, gradient.at(from), other, count * keys);
      for (int r = 0; r < count; r++) {
        int begin = r * keys;
        float mean = FloatRows.dot(block, other, begin, keys);
        slope(block, other, begin, keys, mean);
        if (sight.biasGradient() != null) {
          int query = (from + r) % sight.queries();
          head = gradientOf(sight.biasGradient(), (from + r) / sight.queries(), head);
          addInto(other, begin, bias, sight.biasFrom(query), sight.visible(query, keys));
        }
      }
      store(other, gradient, gradient.at(from), count * keys);
    }
    if (head >= 0) {
      store(
          bias,
          sight.biasGradient(),
          sight.biasGradient().at(head),
          sight.biasGradient().columns());
    }
  }

  /** Stores the sums of the previous head before loading those of another head. */
  private int gradientOf(Matrix table, int head, int present) {
    if (present >= 0 && head != present) {
      store(bias, table, table.at(present), table.columns());
    }
    return biasOf(table, head, present);
  }

  private static void addInto(float[] what, int from, float[] to, int offset, int count) {
    for (int i = 0; i < count; i++) {
      to[offset + i] += what[from + i];
    }
  }

  private static void slope(float[] shares, float[] gradient, int from, int count, float mean) {
    for (int i = from; i < from + count; i++) {
      gradient[i] = shares[i] * (gradient[i] - mean);
    }
  }

  void crossEntropy(Matrix logits, Truth truth, double[] losses) {
    int size = logits.columns();
    reserve(size);
    for (int r = 0; r < logits.rows(); r++) {
      load(logits, logits.at(r), block, size);
      float largest = FloatRows.max(block, 0, size);
      int token = truth.tokens()[r];
      shift(block, 0, size, largest);
      double trueLogit = block[token];
      double spread = truth.smoothing() == 0 ? 0 : FloatRows.sum(block, 0, size);
      exponential.apply(block, size);
      float sum = FloatRows.sum(block, 0, size);
      double log = Math.log(sum);
      double logZ = log + largest;
      double share = truth.smoothing() / size;
      losses[r] =
          (1 - truth.smoothing()) * (log - trueLogit)
              + share * (size * log - spread)
              + truth.zLoss() * logZ * logZ;
      double weight = truth.weight(r);
      double slope = weight * (1 + 2 * truth.zLoss() * logZ);
      FloatRows.scale((float) (slope / sum), block, 0, size);
      if (share != 0) {
        shift(block, 0, size, (float) (weight * share));
      }
      block[token] -= (float) (weight * (1 - truth.smoothing()));
      store(block, logits, logits.at(r), size);
    }
  }

  void score(Matrix logits, int[] tokens, double[] losses, int[] best) {
    int size = logits.columns();
    reserve(size);
    for (int r = 0; r < logits.rows(); r++) {
      load(logits, logits.at(r), block, size);
      float largest = FloatRows.max(block, 0, size);
      best[r] = indexOf(block, size, largest);
      shift(block, 0, size, largest);
      double trueLogit = block[tokens[r]];
      exponential.apply(block, size);
      losses[r] = Math.log(FloatRows.sum(block, 0, size)) - trueLogit;
    }
  }

  private static int indexOf(float[] x, int count, float value) {
    for (int i = 0; i < count; i++) {
      if (x[i] == value) {
        return i;
      }
    }
    return 0;
  }
}
