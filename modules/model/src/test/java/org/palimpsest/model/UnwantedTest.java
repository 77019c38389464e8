package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class UnwantedTest {
  private static BitSet forbidden(Unwanted unwanted, int... text) {
    BitSet forbidden = new BitSet();
    unwanted.addTo(forbidden, text);
    return forbidden;
  }

  @Test
  void whatFollowedTheLastTokensMustNotFollowThemAgain() {
    Unwanted pairs = new Unwanted(2, List.of());

    assertThat(forbidden(pairs, 2, 7, 8, 7).stream()).containsExactly(8);
    assertThat(forbidden(pairs, 2, 7, 8, 7, 9, 7).stream()).containsExactly(8, 9);
    assertThat(forbidden(pairs, 2).stream()).isEmpty();
    assertThat(forbidden(new Unwanted(3, List.of()), 7, 8, 9, 7, 8).stream()).containsExactly(9);
    assertThat(forbidden(new Unwanted(1, List.of()), 2, 7).stream()).containsExactly(2, 7);
  }

  @Test
  void theEndOfAWordIsForbiddenAfterItsBeginning() {
    Unwanted words = new Unwanted(0, List.of(List.of(5), List.of(7, 8), List.of(2, 7, 9)));

    assertThat(forbidden(words, 2).stream()).containsExactly(5);
    assertThat(forbidden(words, 2, 7).stream()).containsExactly(5, 8);
    assertThat(forbidden(words, 1, 2, 7).stream()).containsExactly(5, 8, 9);
  }

  /** A token is forbidden exactly if it would complete a sequence that is there. */
  @Property(tries = 300)
  void aTokenIsForbiddenIfItRepeats(
      @ForAll @IntRange(min = 1, max = 4) int length,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 3) Integer> written) {
    int[] text = written.stream().mapToInt(id -> id).toArray();
    BitSet forbidden = forbidden(new Unwanted(length, List.of()), text);

    for (int token = 0; token < 4; token++) {
      List<Integer> longer = new ArrayList<>(written);
      longer.add(token);
      boolean repeats = false;
      for (int at = 0; at + length < longer.size(); at++) {
        repeats |=
            longer
                .subList(at, at + length)
                .equals(longer.subList(longer.size() - length, longer.size()));
      }
      assertThat(forbidden.get(token)).as("token %d after %s", token, written).isEqualTo(repeats);
    }
  }

  @Test
  void aWordWithoutTokensIsRefused() {
    assertThatThrownBy(() -> new Unwanted(0, List.of(List.of())))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("An unwanted word has no tokens: leave it out, or name its ids.");
    assertThatThrownBy(() -> new Unwanted(-1, List.of()))
        .hasMessage("A text cannot avoid repeated sequences of -1 tokens: set 0 or more.");
  }
}
