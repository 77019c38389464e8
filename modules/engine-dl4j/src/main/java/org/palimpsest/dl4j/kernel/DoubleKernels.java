package org.palimpsest.dl4j.kernel;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;
import static org.palimpsest.dl4j.kernel.DoubleRows.mean;
import static org.palimpsest.dl4j.kernel.DoubleRows.product;
import static org.palimpsest.dl4j.kernel.DoubleRows.put;
import static org.palimpsest.dl4j.kernel.DoubleRows.row;
import static org.palimpsest.dl4j.kernel.DoubleRows.sum;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.model.spec.Architecture;

/** Plain kernels in double precision, row by row. */
public final class DoubleKernels implements Kernels {
  @Override
  public DataType type() {
    return DataType.DOUBLE;
  }

  private static void gemm(
      int turnA, int turnB, int inner, double scale, Matrix a, Matrix b, double kept, Matrix into) {
    cblas_dgemm(
        CblasRowMajor,
        turnA,
        turnB,
        into.rows(),
        into.columns(),
        inner,
        scale,
        a.memory().doublesFrom(0, a.offset()),
        a.stride(),
        b.memory().doublesFrom(1, b.offset()),
        b.stride(),
        kept,
        into.memory().doublesFrom(2, into.offset()),
        into.stride());
  }

  @Override
  public void timesTransposed(double scale, Matrix a, Matrix b, double kept, Matrix into) {
    gemm(CblasNoTrans, CblasTrans, a.columns(), scale, a, b, kept, into);
  }

  @Override
  public void times(double scale, Matrix a, Matrix b, double kept, Matrix into) {
    gemm(CblasNoTrans, CblasNoTrans, a.columns(), scale, a, b, kept, into);
  }

  @Override
  public void transposedTimes(double scale, Matrix a, Matrix b, double kept, Matrix into) {
    gemm(CblasTrans, CblasNoTrans, a.rows(), scale, a, b, kept, into);
  }

  @Override
  public void fill(Matrix matrix, double value) {
    double[] row = new double[matrix.columns()];
    Arrays.fill(row, value);
    for (int r = 0; r < matrix.rows(); r++) {
      put(row, matrix, r);
    }
  }

  @Override
  public void copy(Matrix from, Matrix to) {
    for (int r = 0; r < from.rows(); r++) {
      put(row(from, r), to, r);
    }
  }

  @Override
  public void add(Matrix what, Matrix to) {
    for (int r = 0; r < what.rows(); r++) {
      put(sum(1, row(what, r), row(to, r)), to, r);
    }
  }

  @Override
  public void multiply(Matrix a, Matrix b, Matrix into) {
    for (int r = 0; r < a.rows(); r++) {
      put(product(row(a, r), row(b, r)), into, r);
    }
  }

  @Override
  public void addMasked(Matrix x, Matrix branch, Matrix mask, Matrix into) {
    for (int r = 0; r < x.rows(); r++) {
      put(sum(1, product(row(branch, r), row(mask, r)), row(x, r)), into, r);
    }
  }

  @Override
  public void addToRows(Matrix row, Matrix to) {
    for (int r = 0; r < to.rows(); r++) {
      put(sum(1, row(row, 0), row(to, r)), to, r);
    }
  }

  @Override
  public void addRows(Matrix what, Matrix toRow) {
    for (int r = 0; r < what.rows(); r++) {
      put(sum(1, row(what, r), row(toRow, 0)), toRow, 0);
    }
  }

  @Override
  public void gather(double scale, Matrix table, int[] rows, Matrix into) {
    for (int r = 0; r < rows.length; r++) {
      put(sum(scale, row(table, rows[r]), new double[table.columns()]), into, r);
    }
  }

  @Override
  public void scatter(double scale, Matrix what, int[] rows, Matrix table) {
    for (int r = 0; r < rows.length; r++) {
      put(sum(scale, row(what, r), row(table, rows[r])), table, rows[r]);
    }
  }

  @Override
  public void write(double[] values, Matrix into) {
    int width = into.columns();
    for (int r = 0; r < into.rows(); r++) {
      put(Arrays.copyOfRange(values, r * width, (r + 1) * width), into, r);
    }
  }

  @Override
  public double[] read(Matrix from) {
    double[] values = new double[Math.toIntExact(from.size())];
    for (int r = 0; r < from.rows(); r++) {
      System.arraycopy(row(from, r), 0, values, r * from.columns(), from.columns());
    }
    return values;
  }

  @Override
  public void writeBits(int[] bits, Matrix into) {
    for (int i = 0; i < into.size(); i++) {
      into.memory().doubles().put((int) into.offset() + i, Float.intBitsToFloat(bits[i]));
    }
  }

  @Override
  public void normalize(
      Architecture norm, Matrix x, Matrix weight, Matrix bias, Matrix into, Matrix statistics) {
    for (int r = 0; r < x.rows(); r++) {
      double[] row = row(x, r);
      double mean = norm.norm() == Architecture.Norm.LAYER ? mean(row) : 0;
      double[] centered = Arrays.stream(row).map(value -> value - mean).toArray();
      double inverse = 1 / Math.sqrt(mean(product(centered, centered)) + norm.epsilon());
      double[] scaled = Arrays.stream(centered).map(value -> value * inverse).toArray();
      double[] out = product(scaled, row(weight, 0));
      put(bias == null ? out : sum(1, row(bias, 0), out), into, r);
      put(new double[] {mean, inverse}, statistics, r);
    }
  }

  @Override
  public void normalizeBackward(
      Architecture norm,
      Matrix gradient,
      Matrix x,
      Matrix statistics,
      Matrix weight,
      Matrix weightGradient,
      Matrix biasGradient) {
    for (int r = 0; r < x.rows(); r++) {
      double[] moments = row(statistics, r);
      double[] out = row(gradient, r);
      double[] scaled = Arrays.stream(row(x, r)).map(v -> (v - moments[0]) * moments[1]).toArray();
      put(sum(1, product(out, scaled), row(weightGradient, 0)), weightGradient, 0);
      if (biasGradient != null) {
        put(sum(1, out, row(biasGradient, 0)), biasGradient, 0);
      }
      double[] inner = product(out, row(weight, 0));
      double mean = norm.norm() == Architecture.Norm.LAYER ? mean(inner) : 0;
      double slope = mean(product(inner, scaled));
      double[] straight = sum(-slope, scaled, inner);
      put(Arrays.stream(straight).map(v -> (v - mean) * moments[1]).toArray(), gradient, r);
    }
  }

  @Override
  public void activate(Architecture.Activation activation, Matrix x, Matrix into) {
    for (int r = 0; r < x.rows(); r++) {
      double[] out =
          Arrays.stream(row(x, r)).map(v -> DoubleActivation.of(activation, v)).toArray();
      put(out, into, r);
    }
  }

  @Override
  public void activateBackward(Architecture.Activation activation, Matrix x, Matrix gradient) {
    for (int r = 0; r < x.rows(); r++) {
      double[] slopes =
          Arrays.stream(row(x, r)).map(v -> DoubleActivation.slope(activation, v)).toArray();
      put(product(slopes, row(gradient, r)), gradient, r);
    }
  }

  @Override
  public void softmax(Matrix scores, Sight sight) {
    for (int r = 0; r < scores.rows(); r++) {
      int query = r % sight.queries();
      double[] row = row(scores, r);
      int visible = sight.visible(query, row.length);
      if (sight.bias() != null) {
        double[] bias = row(sight.bias(), r / sight.queries());
        for (int key = 0; key < visible; key++) {
          row[key] += bias[sight.biasFrom(query) + key];
        }
      }
      double[] probabilities = DoubleRows.softmax(Arrays.copyOf(row, visible));
      put(Arrays.copyOf(probabilities, row.length), scores, r);
    }
  }

  @Override
  public void softmaxBackward(Matrix probabilities, Matrix gradient, Sight sight) {
    for (int r = 0; r < probabilities.rows(); r++) {
      double[] share = row(probabilities, r);
      double[] out = row(gradient, r);
      double mean = Arrays.stream(product(share, out)).sum();
      double[] inner = sum(-mean, share, product(share, out));
      put(inner, gradient, r);
      if (sight.biasGradient() != null) {
        int head = r / sight.queries();
        int query = r % sight.queries();
        double[] sums = row(sight.biasGradient(), head);
        for (int key = 0; key < sight.visible(query, share.length); key++) {
          sums[sight.biasFrom(query) + key] += inner[key];
        }
        put(sums, sight.biasGradient(), head);
      }
    }
  }

  @Override
  public void crossEntropy(Matrix logits, Truth truth, double[] losses) {
    for (int r = 0; r < logits.rows(); r++) {
      double[] row = row(logits, r);
      double[] probabilities = DoubleRows.softmax(row);
      int token = truth.tokens()[r];
      double logZ = row[token] - Math.log(probabilities[token]);
      double spread = truth.smoothing() / row.length;
      losses[r] = (1 - truth.smoothing()) * (logZ - row[token]) + truth.zLoss() * logZ * logZ;
      for (int i = 0; i < row.length; i++) {
        losses[r] += spread * (logZ - row[i]);
        double target = spread + (i == token ? 1 - truth.smoothing() : 0);
        probabilities[i] =
            truth.weight(r) * (probabilities[i] * (1 + 2 * truth.zLoss() * logZ) - target);
      }
      put(probabilities, logits, r);
    }
  }

  @Override
  public void score(Matrix logits, int[] tokens, double[] losses, int[] best) {
    for (int r = 0; r < logits.rows(); r++) {
      double[] probabilities = DoubleRows.softmax(row(logits, r));
      losses[r] = -Math.log(probabilities[tokens[r]]);
      best[r] = 0;
      for (int i = 0; i < probabilities.length; i++) {
        best[r] = probabilities[i] > probabilities[best[r]] ? i : best[r];
      }
    }
  }
}
