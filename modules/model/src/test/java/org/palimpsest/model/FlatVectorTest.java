package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatVectorTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, FlatVector.CHUNK, FlatVector.CHUNK + 3})
  void visitsEveryElementOnceInChunks(int size) {
    HeapVector vector = new HeapVector(size);
    IntStream.range(0, size).forEach(i -> vector.values()[i] = i);
    List<Integer> counts = new ArrayList<>();

    vector.forEachChunk(
        (from, values, count) -> {
          counts.add(count);
          for (int i = 0; i < count; i++) {
            assertThat(values[i]).isEqualTo((float) (from + i));
            values[i] += 1;
          }
          vector.write(from, values, 0, count);
        });

    assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(size);
    assertThat(counts).allMatch(count -> count <= FlatVector.CHUNK);
    IntStream.range(0, size).forEach(i -> assertThat(vector.values()[i]).isEqualTo(i + 1));
  }
}
