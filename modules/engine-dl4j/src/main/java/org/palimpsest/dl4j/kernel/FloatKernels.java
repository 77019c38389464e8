package org.palimpsest.dl4j.kernel;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.palimpsest.dl4j.kernel.FloatRows.load;
import static org.palimpsest.dl4j.kernel.FloatRows.store;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.model.spec.Architecture;

/** Fast kernels in single precision. Not thread-safe: temporary arrays are reused. */
public final class FloatKernels implements Kernels {
  private final FloatNorm norm = new FloatNorm();
  private final FloatActivation activation;
  private final FloatSoftmax softmax;
  private float[] a = new float[Chunks.SIZE];
  private float[] b = new float[Chunks.SIZE];
  private float[] c = new float[Chunks.SIZE];

  public FloatKernels() {
    Exponential exponential = new Exponential();
    activation = new FloatActivation(exponential);
    softmax = new FloatSoftmax(exponential);
  }

  @Override
  public DataType type() {
    return DataType.FLOAT;
  }

  private static void gemm(
      int turnA, int turnB, int inner, double scale, Matrix a, Matrix b, double kept, Matrix into) {
    cblas_sgemm(
        CblasRowMajor,
        turnA,
        turnB,
        into.rows(),
        into.columns(),
        inner,
        (float) scale,
        a.memory().floatsFrom(0, a.offset()),
        a.stride(),
        b.memory().floatsFrom(1, b.offset()),
        b.stride(),
        (float) kept,
        into.memory().floatsFrom(2, into.offset()),
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

  private void reserve(int size) {
    if (a.length < size) {
      a = new float[size];
      b = new float[size];
      c = new float[size];
    }
  }

  @Override
  public void fill(Matrix matrix, double value) {
    Arrays.fill(a, (float) value);
    for (Chunks piece = new Chunks(matrix); piece.next(); ) {
      store(a, matrix, piece.at(matrix), piece.count());
    }
  }

  @Override
  public void copy(Matrix from, Matrix to) {
    for (Chunks piece = new Chunks(from, to); piece.next(); ) {
      load(from, piece.at(from), a, piece.count());
      store(a, to, piece.at(to), piece.count());
    }
  }

  @Override
  public void add(Matrix what, Matrix to) {
    for (Chunks piece = new Chunks(what, to); piece.next(); ) {
      load(what, piece.at(what), a, piece.count());
      load(to, piece.at(to), b, piece.count());
      FloatRows.add(a, b, piece.count());
      store(b, to, piece.at(to), piece.count());
    }
  }

  @Override
  public void multiply(Matrix x, Matrix y, Matrix into) {
    for (Chunks piece = new Chunks(x, y, into); piece.next(); ) {
      load(x, piece.at(x), a, piece.count());
      load(y, piece.at(y), b, piece.count());
      FloatRows.multiply(a, b, piece.count());
      store(b, into, piece.at(into), piece.count());
    }
  }

  @Override
  public void addMasked(Matrix x, Matrix branch, Matrix mask, Matrix into) {
    for (Chunks piece = new Chunks(x, branch, mask, into); piece.next(); ) {
      load(x, piece.at(x), a, piece.count());
      load(branch, piece.at(branch), b, piece.count());
      load(mask, piece.at(mask), c, piece.count());
      FloatRows.addProduct(b, c, a, piece.count());
      store(a, into, piece.at(into), piece.count());
    }
  }

  @Override
  public void addToRows(Matrix row, Matrix to) {
    int width = row.columns();
    reserve(width);
    load(row, row.offset(), a, width);
    for (int r = 0; r < to.rows(); r++) {
      load(to, to.at(r), b, width);
      FloatRows.add(a, b, width);
      store(b, to, to.at(r), width);
    }
  }

  @Override
  public void addRows(Matrix what, Matrix toRow) {
    int width = what.columns();
    reserve(width);
    load(toRow, toRow.offset(), a, width);
    for (int r = 0; r < what.rows(); r++) {
      load(what, what.at(r), b, width);
      FloatRows.add(b, a, width);
    }
    store(a, toRow, toRow.offset(), width);
  }

  @Override
  public void gather(double scale, Matrix table, int[] rows, Matrix into) {
    int width = table.columns();
    reserve(width);
    for (int r = 0; r < rows.length; r++) {
      load(table, table.at(rows[r]), a, width);
      if (scale != 1) {
        FloatRows.scale((float) scale, a, 0, width);
      }
      store(a, into, into.at(r), width);
    }
  }

  @Override
  public void scatter(double scale, Matrix what, int[] rows, Matrix table) {
    int width = table.columns();
    reserve(width);
    for (int r = 0; r < rows.length; r++) {
      load(what, what.at(r), a, width);
      load(table, table.at(rows[r]), b, width);
      FloatRows.addScaled((float) scale, a, b, width);
      store(b, table, table.at(rows[r]), width);
    }
  }

  @Override
  public void write(double[] values, Matrix into) {
    int width = into.columns();
    reserve(width);
    for (int r = 0; r < into.rows(); r++) {
      for (int i = 0; i < width; i++) {
        a[i] = (float) values[r * width + i];
      }
      store(a, into, into.at(r), width);
    }
  }

  @Override
  public double[] read(Matrix from) {
    int width = from.columns();
    reserve(width);
    double[] values = new double[Math.toIntExact(from.size())];
    for (int r = 0; r < from.rows(); r++) {
      load(from, from.at(r), a, width);
      for (int i = 0; i < width; i++) {
        values[r * width + i] = a[i];
      }
    }
    return values;
  }

  @Override
  public void writeBits(int[] bits, Matrix into) {
    into.memory().bits().put((int) into.offset(), bits, 0, (int) into.size());
  }

  @Override
  public void normalize(
      Architecture architecture,
      Matrix x,
      Matrix weight,
      Matrix bias,
      Matrix into,
      Matrix statistics) {
    norm.forward(architecture, x, weight, bias, into, statistics);
  }

  @Override
  public void normalizeBackward(
      Architecture architecture,
      Matrix gradient,
      Matrix x,
      Matrix statistics,
      Matrix weight,
      Matrix weightGradient,
      Matrix biasGradient) {
    norm.backward(architecture, gradient, x, statistics, weight, weightGradient, biasGradient);
  }

  @Override
  public void activate(Architecture.Activation kind, Matrix x, Matrix into) {
    for (Chunks piece = new Chunks(x, into); piece.next(); ) {
      load(x, piece.at(x), a, piece.count());
      activation.forward(kind, a, piece.count());
      store(a, into, piece.at(into), piece.count());
    }
  }

  @Override
  public void activateBackward(Architecture.Activation kind, Matrix x, Matrix gradient) {
    for (Chunks piece = new Chunks(x, gradient); piece.next(); ) {
      load(x, piece.at(x), a, piece.count());
      load(gradient, piece.at(gradient), b, piece.count());
      activation.backward(kind, a, b, piece.count());
      store(b, gradient, piece.at(gradient), piece.count());
    }
  }

  @Override
  public void softmax(Matrix scores, Sight sight) {
    softmax.attend(scores, sight);
  }

  @Override
  public void softmaxBackward(Matrix shares, Matrix gradient, Sight sight) {
    softmax.attendBackward(shares, gradient, sight);
  }

  @Override
  public void crossEntropy(Matrix logits, Truth truth, double[] losses) {
    softmax.crossEntropy(logits, truth, losses);
  }

  @Override
  public void score(Matrix logits, int[] tokens, double[] losses, int[] best) {
    softmax.score(logits, tokens, losses, best);
  }
}
