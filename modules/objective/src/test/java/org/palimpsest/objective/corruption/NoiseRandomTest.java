package org.palimpsest.objective.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NoiseRandomTest {
  private static NoiseRandom stage(long seed, long epoch, long id, int stage) {
    return new NoiseRandom().example(seed, epoch, id).stage(stage);
  }

  @Test
  void drawsAreAFunctionOfTheFourNumbers() {
    long first = stage(1, 2, 3, 4).next();
    assertThat(stage(1, 2, 3, 4).next()).isEqualTo(first);
    assertThat(stage(2, 2, 3, 4).next()).isNotEqualTo(first);
    assertThat(stage(1, 3, 3, 4).next()).isNotEqualTo(first);
    assertThat(stage(1, 2, 4, 4).next()).isNotEqualTo(first);
    assertThat(stage(1, 2, 3, 5).next()).isNotEqualTo(first);
    assertThat(stage(2, 1, 3, 4).next()).isNotEqualTo(first);
  }

  @Test
  void stagesAreIndependentOfWhatWasDrawnBefore() {
    NoiseRandom random = new NoiseRandom().example(1, 2, 3);
    random.stage(7).next();
    random.next();
    assertThat(random.stage(4).next()).isEqualTo(stage(1, 2, 3, 4).next());
  }

  @Property
  void boundsHold(@ForAll @IntRange(min = 1) int bound, @ForAll long id) {
    NoiseRandom random = stage(1, 0, id, 2);
    for (int draw = 0; draw < 20; draw++) {
      assertThat(random.below(bound)).isBetween(0, bound - 1);
    }
    assertThat(random.unit()).isBetween(0.0, 1.0);
  }

  /** χ² with 9 degrees of freedom; 33.7 is exceeded once in 10,000 times. */
  @Test
  void neighbouringExamplesAreUniform() {
    for (int stage = 1; stage < 20; stage++) {
      int[] seen = new int[10];
      for (int id = 0; id < 10_000; id++) {
        seen[stage(0, 0, id, stage).below(10)]++;
      }
      double chiSquare = 0;
      for (int count : seen) {
        chiSquare += (count - 1000.0) * (count - 1000.0) / 1000;
      }
      assertThat(chiSquare).isLessThan(33.7);
    }
  }

  @Test
  void certainAndImpossibleEvents() {
    NoiseRandom random = stage(1, 1, 1, 1);
    for (int draw = 0; draw < 1000; draw++) {
      assertThat(random.chance(NoiseRandom.threshold(1))).isTrue();
      assertThat(random.chance(NoiseRandom.threshold(0))).isFalse();
    }
  }

  @Property
  void selectionsAreDistinctAndComplete(
      @ForAll @IntRange(min = 1, max = 400) int size,
      @ForAll @IntRange(max = 400) int wanted,
      @ForAll long id) {
    int count = Math.min(size, wanted);
    Selection selection = new Selection();
    selection.choose(count, size, stage(1, 0, id, 2));
    int found = 0;
    for (int at = 0; at < size; at++) {
      found += selection.contains(at) ? 1 : 0;
    }
    assertThat(found).isEqualTo(count);
    int at = -1;
    for (int k = 0; k < count; k++) {
      at = selection.next(at + 1);
      assertThat(selection.contains(at)).isTrue();
    }
    assertThat(at).isLessThan(size);
  }
}
