package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.palimpsest.model.HeapVector;

class NativeVectorTest {
  private static final float[] VALUES = {1, -2, 0.5f, 4, 8};

  private static NativeVector vector() {
    NativeVector vector = new NativeVector(VALUES.length);
    vector.set(new HeapVector(VALUES));
    return vector;
  }

  @Test
  void beginsWithZeros() {
    try (NativeVector vector = new NativeVector(100_000)) {
      assertThat(vector.toArray()).containsOnly(0);
    }
  }

  @Test
  void readsWhatWasWritten() {
    try (NativeVector vector = vector()) {
      vector.write(1, new float[] {9, 7, 6}, 1, 2);
      float[] part = new float[4];
      vector.read(1, part, 1, 3);
      assertThat(part).containsExactly(0, 7, 6, 4);
    }
  }

  @Test
  void scalesEveryElement() {
    try (NativeVector vector = vector()) {
      vector.scale(0.5);
      assertThat(vector.toArray()).containsExactly(0.5f, -1, 0.25f, 2, 4);
    }
  }

  @Test
  void refusesElementsThatDoNotExist() {
    try (NativeVector vector = new NativeVector(3)) {
      assertThatThrownBy(() -> vector.read(2, new float[2], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void refusesToReadAfterItIsClosed() {
    NativeVector vector = new NativeVector(3);
    vector.close();
    assertThatThrownBy(() -> vector.read(0, new float[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
