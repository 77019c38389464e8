package org.palimpsest.torch.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;

class TorchVectorTest {
  @Test
  void readsAndWritesPieces() {
    NativeScope.run(
        () -> {
          TorchVector vector = new TorchVector(torch.zeros(5), Device.CPU, new Transfers());
          vector.write(1, new float[] {9, 1, 2, 3}, 1, 3);
          float[] into = new float[4];
          vector.read(2, into, 1, 2);
          assertThat(into).as("piece").containsExactly(0, 2, 3, 0);
          vector.scale(2);
          assertThat(vector.toArray()).as("vector").containsExactly(0, 2, 4, 6, 0);
          assertThat(vector.address()).as("address").isNotZero();
        });
  }

  @Test
  void refusesRangesBeyondTheEnd() {
    NativeScope.run(
        () -> {
          TorchVector vector = new TorchVector(torch.zeros(5), Device.CPU, new Transfers());
          assertThatThrownBy(() -> vector.read(3, new float[3], 0, 3))
              .isInstanceOf(IndexOutOfBoundsException.class)
              .hasMessage("elements 3 to 6 of a vector of 5");
          assertThatThrownBy(() -> vector.write(0, new float[3], 1, 3))
              .isInstanceOf(IndexOutOfBoundsException.class)
              .hasMessage("Range [1, 1 + 3) out of bounds for length 3");
        });
  }
}
