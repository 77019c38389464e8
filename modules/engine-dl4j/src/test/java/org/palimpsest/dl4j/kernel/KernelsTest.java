package org.palimpsest.dl4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.palimpsest.dl4j.kernel.Kernels.Future;
import org.palimpsest.dl4j.kernel.Kernels.Sight;
import org.palimpsest.dl4j.kernel.Kernels.Truth;
import org.palimpsest.model.spec.Architecture;

/**
 * The fast kernels compared with the plain ones, on the same numbers, in rows that are not
 * adjacent.
 */
class KernelsTest {
  private static final double ROOM = 5e-6;

  private final Kernels fast = new FloatKernels();
  private final Kernels plain = new DoubleKernels();
  private final Random random = new Random(1);

  /** The same numbers twice, as columns of a wider matrix. */
  private record Pair(Matrix fast, Matrix plain) {}

  private Pair pair(int rows, int columns, double spread) {
    return pair(rows, columns, spread, 3);
  }

  private Pair pair(int rows, int columns, double spread, int apart) {
    int stride = columns + apart;
    Matrix a = Matrix.of(Memory.allocate(DataType.FLOAT, (long) rows * stride), rows, stride);
    Matrix b = Matrix.of(Memory.allocate(DataType.DOUBLE, (long) rows * stride), rows, stride);
    double[] values = new double[rows * stride];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (spread * random.nextGaussian());
    }
    fast.write(values, a);
    plain.write(values, b);
    int from = apart / 2;
    return new Pair(a.columns(from, columns), b.columns(from, columns));
  }

  private void agree(Pair pair, String what) {
    double[] expected = plain.read(pair.plain());
    double[] actual = fast.read(pair.fast());
    for (int i = 0; i < expected.length; i++) {
      double room = ROOM * Math.max(1, Math.abs(expected[i]));
      assertThat(Math.abs(actual[i] - expected[i])).as("%s at %d", what, i).isLessThan(room);
    }
  }

  private static void both(Pair a, Pair b, Pair c, Kernels fast, Kernels plain, Step step) {
    step.take(fast, a.fast(), b.fast(), c.fast());
    step.take(plain, a.plain(), b.plain(), c.plain());
  }

  /** One operation over three matrices. */
  private interface Step {
    void take(Kernels kernels, Matrix a, Matrix b, Matrix c);
  }

  @Test
  void productsAgree() {
    Pair a = pair(7, 9, 1);
    Pair b = pair(5, 9, 1);
    Pair c = pair(7, 5, 1);
    both(a, b, c, fast, plain, (k, x, y, z) -> k.timesTransposed(0.5, x, y, 2, z));
    agree(c, "a·bᵀ");
    both(c, b, a, fast, plain, (k, x, y, z) -> k.times(1, x, y, 0, z));
    agree(a, "c·b");
    both(c, a, b, fast, plain, (k, x, y, z) -> k.transposedTimes(0.1, x, y, 1, z));
    agree(b, "cᵀ·a");
  }

  @Test
  void elementwiseOperationsAgree() {
    for (int columns : new int[] {5, 4096, 5000}) {
      Pair a = pair(6, columns, 1);
      Pair b = pair(6, columns, 1);
      Pair c = pair(6, columns, 1, 0);
      both(a, b, c, fast, plain, Kernels::multiply);
      agree(c, "product");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.addMasked(x, y, z, z));
      agree(c, "masked sum");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.add(x, z));
      agree(c, "sum");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.addToRows(x.rows(2, 1), z));
      agree(c, "row added");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.addRows(z, x.rows(1, 1)));
      agree(a, "rows added");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.copy(z, y));
      agree(b, "copy");
      int[] rows = {4, 0, 4, 1, 2, 4};
      both(a, b, c, fast, plain, (k, x, y, z) -> k.gather(2, x, rows, z));
      agree(c, "gathered");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.scatter(0.5, z, rows, x));
      agree(a, "scattered");
      both(a, b, c, fast, plain, (k, x, y, z) -> k.fill(z, 3));
      agree(c, "filled");
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.Activation.class)
  void activationsAgree(Architecture.Activation activation) {
    for (double spread : new double[] {0.1, 2, 20}) {
      Pair x = pair(5, 3000, spread);
      Pair out = pair(5, 3000, 1);
      Pair slopes = pair(5, 3000, 1);
      both(x, out, slopes, fast, plain, (k, a, b, c) -> k.activate(activation, a, b));
      agree(out, "value");
      both(x, out, slopes, fast, plain, (k, a, b, c) -> k.activateBackward(activation, a, c));
      agree(slopes, "slope");
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.Norm.class)
  void normsAgree(Architecture.Norm kind) {
    Architecture norm = kind == Architecture.Norm.LAYER ? Architecture.BART : Architecture.T5;
    Pair x = pair(9, 70, 3);
    Pair weights = pair(3, 70, 1);
    Pair out = pair(9, 70, 1);
    Pair statistics = pair(9, 2, 1);
    BiConsumer<Kernels, Matrix[]> forward =
        (k, m) -> k.normalize(norm, m[0], m[1].rows(0, 1), m[1].rows(1, 1), m[2], m[3]);
    forward.accept(fast, all(Pair::fast, x, weights, out, statistics));
    forward.accept(plain, all(Pair::plain, x, weights, out, statistics));
    agree(out, "normalized");
    Pair gradient = pair(9, 70, 1);
    Pair sums = pair(2, 70, 1);
    BiConsumer<Kernels, Matrix[]> backward =
        (k, m) ->
            k.normalizeBackward(
                norm, m[4], m[0], m[3], m[1].rows(0, 1), m[5].rows(0, 1), m[5].rows(1, 1));
    backward.accept(fast, all(Pair::fast, x, weights, out, statistics, gradient, sums));
    backward.accept(plain, all(Pair::plain, x, weights, out, statistics, gradient, sums));
    agree(gradient, "gradient");
    agree(sums, "gradients of weight and bias");
  }

  private static Matrix[] all(java.util.function.Function<Pair, Matrix> side, Pair... pairs) {
    return java.util.Arrays.stream(pairs).map(side).toArray(Matrix[]::new);
  }

  @ParameterizedTest
  @EnumSource(Future.class)
  void attentionAgrees(Future future) {
    int queries = 70;
    Pair scores = pair(2 * queries, 90, 5, 0);
    Pair bias = pair(2, 2 * 95 - 1, 1, 0);
    Pair biasGradient = pair(2, 2 * 95 - 1, 1, 0);
    Pair gradient = pair(2 * queries, 90, 1, 0);
    fast.softmax(scores.fast(), new Sight(queries, 3, future, bias.fast(), null));
    plain.softmax(scores.plain(), new Sight(queries, 3, future, bias.plain(), null));
    agree(scores, "shares");
    fast.softmaxBackward(
        scores.fast(),
        gradient.fast(),
        new Sight(queries, 3, future, bias.fast(), biasGradient.fast()));
    plain.softmaxBackward(
        scores.plain(),
        gradient.plain(),
        new Sight(queries, 3, future, bias.plain(), biasGradient.plain()));
    agree(gradient, "gradient of scores");
    agree(biasGradient, "gradient of the bias");
  }

  @Test
  void lossesOfImprobableTokensAgree() {
    for (double spread : new double[] {1, 100}) {
      Pair logits = pair(4, 5001, spread, 0);
      int[] tokens = {0, 5000, 17, 4000};
      double[] fastLosses = new double[4];
      double[] plainLosses = new double[4];
      int[] fastBest = new int[4];
      int[] plainBest = new int[4];
      fast.score(logits.fast(), tokens, fastLosses, fastBest);
      Truth truth = new Truth(tokens, new float[] {1, 2, 0.5f, 0}, 0.1, 1e-3);
      fast.crossEntropy(logits.fast(), truth, new double[4]);
      if (spread == 1) {
        plain.score(logits.plain(), tokens, plainLosses, plainBest);
        plain.crossEntropy(logits.plain(), truth, new double[4]);
        agree(logits, "gradient of logits");
        assertThat(fastBest).as("best").isEqualTo(plainBest);
        assertThat(fastLosses)
            .as("losses")
            .usingComparatorWithPrecision(1e-5)
            .containsExactly(plainLosses);
      }
      assertThat(fastLosses).as("losses").doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void exponentialsAreExactToTheLastPlace() {
    float[] x = new float[20_001];
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = -86 + i * (170f / x.length);
      y[i] = x[i];
    }
    new Exponential().apply(y, y.length);
    for (int i = 0; i < x.length; i++) {
      assertThat(Math.abs(y[i] / Math.exp(x[i]) - 1)).as("error at %s", x[i]).isLessThan(2.5e-7);
    }
    float[] far = {-1e30f, Float.NEGATIVE_INFINITY, 1e30f};
    new Exponential().apply(far, far.length);
    assertThat(far[0]).as("far below").isBetween(0f, 1e-37f);
    assertThat(far[1]).as("nothing").isBetween(0f, 1e-37f);
    assertThat(far[2]).as("far above").isBetween(1e38f, Float.MAX_VALUE);
  }
}
