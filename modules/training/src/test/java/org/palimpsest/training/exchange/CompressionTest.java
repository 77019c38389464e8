package org.palimpsest.training.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.codec.Int8Blocks;

class CompressionTest {

  private static float[] through(Compression compression, float... values) {
    Codec codec = compression.codec();
    ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(values.length));
    codec.encode(values, 0, values.length, bytes);
    assertThat(bytes.hasRemaining()).as("unwritten bytes").isFalse();
    float[] back = new float[values.length];
    codec.decode(bytes.flip(), back, 0, back.length);
    return back;
  }

  @Test
  void bfloat16RoundsToNearestEven() {
    float ulp = 1 / 128f; // of 1: seven bits of fraction
    assertThat(
            through(
                Compression.BF16,
                1,
                1 + ulp / 4,
                1 + ulp / 2,
                1 + 3 * ulp / 2,
                -1 - 3 * ulp / 4,
                Float.MAX_VALUE,
                -0f))
        .containsExactly(1, 1, 1, 1 + 2 * ulp, -1 - ulp, Float.POSITIVE_INFINITY, -0f);
    assertThat(through(Compression.BF16, Float.NaN, Float.NEGATIVE_INFINITY))
        .containsExactly(Float.NaN, Float.NEGATIVE_INFINITY);
  }

  @Test
  void int8ScalesByTheLargestOfABlock() {
    float[] values = new float[Int8Blocks.BLOCK + 3];
    values[0] = -127;
    values[1] = 1.4f;
    values[2] = 2.5f;
    values[Int8Blocks.BLOCK] = 0.0127f;
    values[Int8Blocks.BLOCK + 1] = 0.00016f;
    float[] back = through(Compression.INT8, values);
    assertThat(back[0]).isEqualTo(-127);
    assertThat(back[1]).isEqualTo(1);
    assertThat(back[2]).isEqualTo(2);
    assertThat(back[Int8Blocks.BLOCK]).isCloseTo(0.0127f, within(1e-8f));
    assertThat(back[Int8Blocks.BLOCK + 1]).isCloseTo(0.0002f, within(1e-8f));
    assertThat(Compression.INT8.codec().bytes(1024)).isEqualTo(1024 + 4 * 4);
  }

  @Test
  void keepsNaN() {
    for (Compression compression : Compression.values()) {
      float[] back = through(compression, 1, Float.NaN, 2);
      assertThat(back[1]).as(compression.name()).isNaN();
    }
    assertThat(through(Compression.INT8, 1, Float.POSITIVE_INFINITY)).containsOnly(Float.NaN);
  }

  @Property(tries = 200)
  void boundsRoundingErrors(
      @ForAll @Size(min = 1, max = 600) List<@FloatRange(min = -1e6f, max = 1e6f) Float> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    float[] exact = through(Compression.NONE, values);
    float[] half = through(Compression.BF16, values);
    float[] eighth = through(Compression.INT8, values);
    for (int i = 0; i < values.length; i++) {
      assertThat(exact[i]).isEqualTo(values[i]);
      assertThat(half[i]).isCloseTo(values[i], within(Math.abs(values[i]) / 256 + 1e-38f));
      float largest = largest(values, i / Int8Blocks.BLOCK * Int8Blocks.BLOCK);
      assertThat(eighth[i]).isCloseTo(values[i], within(largest / 254 * 1.0001f + 1e-36f));
    }
  }

  private static float largest(float[] values, int from) {
    float largest = 0;
    for (int i = from; i < Math.min(values.length, from + Int8Blocks.BLOCK); i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }
}
