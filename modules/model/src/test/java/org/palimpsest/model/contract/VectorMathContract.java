package org.palimpsest.model.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.model.optimizer.MomentumStep.Form;

/** Tests of arithmetic on vectors, compared bit for bit with plain loops. */
public abstract class VectorMathContract {
  /** Two whole chunks and a part of one. */
  private static final int SIZE = 2 * FlatVector.CHUNK + 1003;

  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private final VectorMath math;

  /** Computes with an arithmetic. */
  protected VectorMathContract(VectorMath math) {
    this.math = math;
  }

  /** Numbers of all magnitudes, and at the end every pair of special ones. */
  private static float[] numbers(int seed) {
    Random random = new Random(seed);
    float[] numbers = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(13) - 9));
    }
    int pairs = SPECIAL.length * SPECIAL.length;
    for (int i = 0; i < pairs; i++) {
      int which = seed % 2 == 0 ? i / SPECIAL.length : i % SPECIAL.length;
      numbers[SIZE - 1 - i] = SPECIAL[which];
    }
    return numbers;
  }

  private OwnedVector vector(float[] numbers) {
    OwnedVector vector = math.zeros(numbers.length);
    vector.write(0, numbers, 0, numbers.length);
    return vector;
  }

  /** Compares bits, except those of NaN, which depend on the processor. */
  private static void assertBits(FlatVector vector, float[] expected) {
    float[] actual = vector.toArray();
    int[] bits = new int[expected.length];
    int[] wanted = new int[expected.length];
    for (int i = 0; i < expected.length; i++) {
      bits[i] = Float.floatToIntBits(actual[i]);
      wanted[i] = Float.floatToIntBits(expected[i]);
    }
    assertThat(bits).isEqualTo(wanted);
  }

  @Test
  void newVectorsAreZeroAndKnowTheirArithmetic() {
    try (OwnedVector vector = math.zeros(5);
        OwnedVector none = math.zeros(0)) {
      assertThat(vector.toArray()).containsExactly(0, 0, 0, 0, 0);
      assertThat(none.size()).isZero();
    }
  }

  @Test
  void setsAddsAndSubtracts() {
    float[] a = numbers(0);
    float[] b = numbers(1);
    float[] sum = new float[SIZE];
    float[] difference = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      sum[i] = a[i] + b[i];
      difference[i] = a[i] - b[i];
    }
    try (OwnedVector x = vector(a);
        OwnedVector y = vector(b);
        OwnedVector z = math.zeros(SIZE)) {
      math.set(z, x);
      assertBits(z, a);
      math.add(x, y);
      assertBits(x, sum);
      math.subtract(z, y);
      assertBits(z, difference);
      assertBits(y, b);
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void stepsRoundAsPlainLoopsDo(Form form) {
    float[] mean = numbers(2);
    float[] anchor = numbers(3);
    float[] velocity = numbers(4);
    try (OwnedVector x = vector(mean);
        OwnedVector y = vector(anchor);
        OwnedVector v = vector(velocity)) {
      math.step(new MomentumStep(0.7, 0.9, form), x, y, v);
      for (int i = 0; i < SIZE; i++) {
        float delta = anchor[i] - mean[i];
        velocity[i] = (float) (0.9 * velocity[i] + delta);
        double move = form == Form.NESTEROV ? delta + 0.9 * velocity[i] : velocity[i];
        mean[i] = (float) (anchor[i] - 0.7 * move);
      }
      assertBits(x, mean);
      assertBits(y, mean);
      assertBits(v, velocity);
    }
  }

  /** By hand: Δ = 1 − 0.5 and v = 0.5, thus θ = 1 − 0.7·0.5, or 1 − 0.7·(0.5 + 0.9·0.5). */
  @ParameterizedTest
  @CsvSource({"HEAVY_BALL,0.65", "NESTEROV,0.335"})
  void stepsByHand(Form form, float expected) {
    try (OwnedVector mean = vector(new float[] {0.5f});
        OwnedVector anchor = vector(new float[] {1});
        OwnedVector velocity = math.zeros(1)) {
      math.step(new MomentumStep(0.7, 0.9, form), mean, anchor, velocity);
      assertThat(mean.toArray()).containsExactly(expected);
      assertThat(anchor.toArray()).containsExactly(expected);
      assertThat(velocity.toArray()).containsExactly(0.5f);
    }
  }
}
