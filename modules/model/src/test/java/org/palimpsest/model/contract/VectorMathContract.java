package org.palimpsest.model.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.codec.Bfloat16;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.codec.Float32;
import org.palimpsest.model.codec.Int8Blocks;
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

  @Test
  void clearsPartsOfVectors() {
    try (OwnedVector vector = vector(new float[] {1, 2, 3, 4, Float.NaN})) {
      math.clear(new VectorPart(vector, 1, 2));
      math.set(new VectorPart(vector, 4, 1), new VectorPart(vector, 0, 1));
      math.add(new VectorPart(new VectorPart(vector, 2, 3), 1, 1), new VectorPart(vector, 0, 1));
      assertThat(vector.toArray()).containsExactly(1, 0, 0, 5, 1);
    }
  }

  static List<Codec> codecs() {
    return List.of(new Float32(), new Bfloat16(), new Int8Blocks());
  }

  /** The numbers of a block have one magnitude, except for special ones. */
  private static float[] blocks(int count) {
    Random random = new Random(5);
    float[] numbers = new float[count * Int8Blocks.BLOCK];
    for (int block = 0; block < count; block++) {
      double magnitude = Math.pow(10, block % 80 - 46);
      for (int i = block * Int8Blocks.BLOCK; i < (block + 1) * Int8Blocks.BLOCK; i++) {
        numbers[i] = (float) (magnitude * random.nextGaussian());
      }
      if (block >= 80 && block % 2 == 0) {
        numbers[block * Int8Blocks.BLOCK + 7] = SPECIAL[block / 2 % SPECIAL.length];
      }
    }
    // A NaN that bf16 must not turn into an infinity, one with a sign, and ties.
    numbers[1] = Float.intBitsToFloat(0x7f800001);
    numbers[2] = Float.intBitsToFloat(0xffc12345);
    numbers[Int8Blocks.BLOCK * 46] = 127;
    numbers[Int8Blocks.BLOCK * 46 + 1] = 2.5f;
    numbers[Int8Blocks.BLOCK * 46 + 2] = -0.5f;
    numbers[Int8Blocks.BLOCK * 46 + 3] = Float.intBitsToFloat(0x3f808000);
    numbers[Int8Blocks.BLOCK * 46 + 4] = Float.intBitsToFloat(0x3f818000);
    return numbers;
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void encodesTheBytesOfTheHeapAndDecodesItsNumbers(Codec codec) {
    float[] numbers = blocks(2 * FlatVector.CHUNK / Int8Blocks.BLOCK + 3);
    ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(numbers.length));
    codec.encode(numbers, 0, numbers.length, bytes);
    int[] expected = new int[bytes.capacity() / Float.BYTES];
    bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(expected);
    float[] back = new float[numbers.length];
    codec.decode(bytes, back, 0, back.length);
    try (OwnedVector from = vector(numbers);
        OwnedVector words = math.zeros(expected.length);
        OwnedVector into = math.zeros(numbers.length)) {
      math.encode(codec, from, words);
      float[] encoded = words.toArray();
      int[] bits = new int[encoded.length];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Float.floatToRawIntBits(encoded[i]);
      }
      assertThat(bits).as("bytes").isEqualTo(expected);
      math.decode(codec, words, into);
      assertBits(into, back);
    }
  }

  /** Parts begin anywhere in their vector. */
  @ParameterizedTest
  @MethodSource("codecs")
  void encodesAndDecodesParts(Codec codec) {
    float[] numbers = blocks(90);
    int block = codec.bytes(Int8Blocks.BLOCK) / Float.BYTES;
    try (OwnedVector from = vector(numbers);
        OwnedVector words = math.zeros(90L * block);
        OwnedVector some = math.zeros(7L * block);
        OwnedVector back = math.zeros(numbers.length)) {
      math.encode(codec, from, words);
      int first = 81 * Int8Blocks.BLOCK;
      VectorPart part = new VectorPart(from, first, 3L * Int8Blocks.BLOCK);
      math.encode(codec, part, new VectorPart(some, 3, 3L * block));
      for (int i = 0; i < 3 * block; i++) {
        assertThat(Float.floatToRawIntBits(some.toArray()[3 + i]))
            .isEqualTo(Float.floatToRawIntBits(words.toArray()[81 * block + i]));
      }
      math.decode(codec, words, back);
      math.decode(
          codec,
          new VectorPart(some, 3, 3L * block),
          new VectorPart(from, first, 3L * Int8Blocks.BLOCK));
      float[] expected = back.toArray();
      assertThat(Arrays.copyOfRange(from.toArray(), first, first + 3 * Int8Blocks.BLOCK))
          .isEqualTo(Arrays.copyOfRange(expected, first, first + 3 * Int8Blocks.BLOCK));
    }
  }

  @Test
  void onlyFiniteLossesAreKept() {
    float max = Float.MAX_VALUE;
    try (OwnedVector residual = vector(new float[] {1, 2, 3, 4, -0f});
        OwnedVector values = vector(new float[] {0.75f, Float.NaN, 5, max, -0f});
        OwnedVector decoded = vector(new float[] {0.5f, 1, Float.NaN, -max, 0})) {
      math.addLost(residual, values, decoded);
      assertBits(residual, new float[] {1.25f, 2, 3, 4, -0f});
    }
  }
}
