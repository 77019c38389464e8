package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutMaskTest {
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  @Test
  void dropsTheRequestedShareAndKeepsTheMean() {
    int[] mask = filled(0.1, 0, 200_000);
    double sum = 0;
    int dropped = 0;
    for (int bits : mask) {
      sum += Float.intBitsToFloat(bits);
      dropped += bits == 0 ? 1 : 0;
    }
    assertThat(dropped / 200_000.0).as("dropped").isCloseTo(0.1, within(0.003));
    assertThat(sum / 200_000).as("mean").isCloseTo(1, within(0.003));
  }

  @Test
  void aShorterMaskIsAPrefixOfALongerOne() {
    assertThat(filled(0.3, 5, 11)).isEqualTo(Arrays.copyOf(filled(0.3, 5, 40), 11));
  }

  @Test
  void sitesDrawIndependently() {
    int[] one = filled(0.5, 0, 100_000);
    int[] two = filled(0.5, 1, 100_000);
    int both = 0;
    for (int i = 0; i < one.length; i++) {
      both += one[i] == 0 && two[i] == 0 ? 1 : 0;
    }
    assertThat(both / 100_000.0).as("dropped at both sites").isCloseTo(0.25, within(0.006));
  }

  /** A resumed run draws the same masks as an uninterrupted one. */
  @Test
  void drawsAreStable() {
    StringBuilder drawn = new StringBuilder();
    for (int bits : filled(0.5, 7, 32)) {
      drawn.append(bits == 0 ? '0' : '1');
    }
    assertThat(drawn.toString()).isEqualTo("01010001001111110011100111110110");
  }

  @Test
  void probabilityZeroIsSilent() {
    assertThat(new DropoutMask(0).isSilent()).as("silent at 0").isTrue();
    assertThat(new DropoutMask(0.1).isSilent()).as("silent at 0.1").isFalse();
  }

  private static int[] filled(double probability, int site, int count) {
    int[] mask = new int[count];
    new DropoutMask(probability).fill(KEY, site, mask, count);
    return mask;
  }
}
