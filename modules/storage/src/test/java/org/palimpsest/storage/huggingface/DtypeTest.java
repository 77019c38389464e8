package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DtypeTest {

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0",
    "0x8000, -0.0",
    "0x3C00, 1",
    "0xC000, -2",
    "0x3555, 0.33325195",
    "0x7BFF, 65504",
    "0x0001, 5.9604645E-8",
    "0x8001, -5.9604645E-8",
    "0x0400, 6.1035156E-5",
    "0x7C00, Infinity",
    "0xFC00, -Infinity",
    "0x7E00, NaN"
  })
  void halvesAreExact(String bits, Float value) {
    assertThat(Dtype.half((short) Integer.decode(bits).intValue())).isEqualTo(value);
  }

  @Test
  void everyFloatingTypeBecomesFp32() {
    float[] into = new float[1];

    Dtype.F64.decode(bytes().putDouble(0, 1.5), into, 1);
    assertThat(into[0]).isEqualTo(1.5f);
    Dtype.F32.decode(bytes().putFloat(0, -2.25f), into, 1);
    assertThat(into[0]).isEqualTo(-2.25f);
    Dtype.BF16.decode(bytes().putShort(0, (short) 0xBFC0), into, 1);
    assertThat(into[0]).isEqualTo(-1.5f);
  }

  private static ByteBuffer bytes() {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  }
}
