package org.palimpsest.corpus.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

class QualityTest {
  @Example
  void countsLettersOfEveryScript() {
    assertThat(Quality.letterShare("ab 12")).isEqualTo(0.5);
    assertThat(Quality.letterShare("漢字。")).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(Quality.letterShare("हिन्दी")).isEqualTo(1);
    assertThat(Quality.letterShare("𐍈😀")).isEqualTo(0.5);
    assertThat(Quality.letterShare(" -- ")).isZero();
    assertThat(Quality.letterShare("")).isZero();
  }

  @Example
  void measuresRepeatedUnits() {
    assertThat(Quality.longestRepeatedRun("no such thing")).isZero();
    assertThat(Quality.longestRepeatedRun("well...")).isEqualTo(3);
    assertThat(Quality.longestRepeatedRun("banana split")).isEqualTo(5);
    assertThat(Quality.longestRepeatedRun("buffalo ".repeat(100).strip())).isEqualTo(799);
    assertThat(Quality.longestRepeatedRun("=-".repeat(40) + "x")).isEqualTo(80);
  }

  @Property
  void measuresTheLongestRepeatedRun(
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 40) String text) {
    int longest = 0;
    for (int from = 0; from < text.length(); from++) {
      for (int unit = 1; unit <= Quality.LONGEST_UNIT; unit++) {
        int to = from + unit;
        while (to < text.length() && text.charAt(to) == text.charAt(to - unit)) {
          to++;
        }
        if (to - from >= 2 * unit && to <= text.length()) {
          longest = Math.max(longest, to - from);
        }
      }
    }
    assertThat(Quality.longestRepeatedRun(text)).isEqualTo(longest);
  }

  @Example
  void countsRepeatedLines() {
    assertThat(Quality.repeatedLineShare("a\nb\n\na \n a\nc")).isEqualTo(0.4);
    assertThat(Quality.repeatedLineShare("one")).isZero();
    assertThat(Quality.repeatedLineShare("")).isZero();
  }

  @Example
  void countsCodePoints() {
    assertThat(Quality.characters("a😀")).isEqualTo(2);
  }
}
