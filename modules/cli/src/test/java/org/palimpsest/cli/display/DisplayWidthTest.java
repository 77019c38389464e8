package org.palimpsest.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {
  @ParameterizedTest
  @CsvSource({
    "house, 5",
    "猫, 2",
    "한글, 4",
    "naïve, 5",
    "nai\u0308ve, 5",
    "🐈, 2",
    "🐈\u200D⬛, 2",
    "❤\uFE0F, 2",
    "❤, 1",
    "🇩🇪, 2",
    "שלום, 4",
    "Ａ, 2",
    "\uFFFD, 1"
  })
  void columnsAreThoseOfATerminal(String text, int width) {
    assertThat(DisplayWidth.of(text)).isEqualTo(width);
  }

  @Property(tries = 200)
  void piecesAreNotWiderThanAsked(
      @ForAll String text, @ForAll @IntRange(min = 2, max = 9) int room) {
    int from = 0;
    while (from < text.length()) {
      int end = DisplayWidth.end(text, from, room);
      assertThat(end).isGreaterThan(from);
      assertThat(DisplayWidth.of(text.substring(from, end))).isLessThanOrEqualTo(room);
      from = end;
    }
  }
}
