package org.palimpsest.model.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class PackedSequencesTest {
  @Test
  void packsSequencesOneAfterTheOther() {
    PackedSequences packed =
        PackedSequences.of(List.of(new int[] {7, 8, 9}, new int[] {}, new int[] {5}));
    assertThat(packed.tokens()).as("tokens").containsExactly(7, 8, 9, 5);
    assertThat(packed.positions()).as("positions").containsExactly(0, 1, 2, 0);
    assertThat(packed.spans().from()).as("first rows").containsExactly(0, 3, 3);
    assertThat(packed.spans().lengths()).as("lengths").containsExactly(3, 0, 1);
    assertThat(packed.consecutive()).as("consecutive positions").isTrue();
  }

  @Test
  void putsSingleTokensAtOnePosition() {
    PackedSequences packed = PackedSequences.single(new int[] {4, 6}, 3);
    assertThat(packed.positions()).as("positions").containsExactly(3, 3);
    assertThat(packed.spans().lengths()).as("lengths").containsExactly(1, 1);
    assertThat(packed.consecutive()).as("consecutive positions").isFalse();
  }

  @Test
  void refusesATokenOutsideTheVocabulary() {
    assertThatThrownBy(() -> PackedSequences.single(new int[] {50}, 0).checked(50, 32))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Token 50 is not in the model's vocabulary of 50 tokens: use the tokenizer that the"
                + " model was trained with.");
  }

  @Test
  void refusesAPositionBeyondTheLimit() {
    assertThatThrownBy(() -> PackedSequences.single(new int[] {1}, 32).checked(50, 32))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "A sequence reaches position 32, but the model has only 32: raise model.positions or"
                + " shorten the blocks.");
  }
}
