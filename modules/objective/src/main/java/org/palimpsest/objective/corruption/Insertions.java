package org.palimpsest.objective.corruption;

import org.palimpsest.objective.text.Rounding;

/** Puts placeholders between tokens that are already written. */
public final class Insertions {
  private Insertions() {}

  /**
   * Inserts {@code count} placeholders at uniformly random places of {@code array[from, to)}, of
   * which ⌈count · randomShare⌉ are random text tokens; fairseq rounds this share upward, too.
   *
   * @param array has room for the longer text
   * @return the new end
   */
  public static int insert(
      int[] array,
      int from,
      int to,
      int count,
      double randomShare,
      int placeholder,
      CorruptionContext bench) {
    NoiseRandom random = bench.random;
    Selection places = bench.spans.first;
    int length = to - from + count;
    places.choose(count, length, random);
    int[] chosen = chosen(places, count, bench.spans);
    // From the right: the tokens between two places move by the number of places before them.
    int end = length;
    for (int k = count - 1; k >= 0; k--) {
      int place = chosen[k];
      System.arraycopy(array, from + place - k, array, from + place + 1, end - place - 1);
      end = place;
    }
    int randomLeft = Rounding.up(count * randomShare);
    for (int k = 0; k < count; k++) {
      boolean drawn = randomLeft > 0 && random.below(count - k) < randomLeft;
      array[from + chosen[k]] = drawn ? bench.ids.draw(random) : placeholder;
      randomLeft -= drawn ? 1 : 0;
    }
    return to + count;
  }

  private static int[] chosen(Selection places, int count, Spans scratch) {
    int place = -1;
    for (int k = 0; k < count; k++) {
      place = places.next(place + 1);
      scratch.length(k, place);
    }
    return scratch.lengths;
  }
}
