package org.palimpsest.training.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.config.TrainingSettings.Aggregate;

class RoundsTest {

  private static List<Long> ends(Rounds rounds, long from, long to) {
    List<Long> ends = new ArrayList<>();
    for (long step = from; step < to; step = rounds.endOfRound(step)) {
      ends.add(rounds.endOfRound(step));
    }
    return ends;
  }

  @Test
  void synchronousStepsAreRoundsOfOneStep() {
    Rounds rounds = new Rounds(Aggregate.PARAMETERS, 4, 3, 6, Long.MAX_VALUE);
    assertThat(ends(rounds, 0, 15)).containsExactly(1L, 2L, 3L, 7L, 11L, 15L);
    assertThat(rounds.isSynchronous(2)).isTrue();
    assertThat(rounds.isSynchronous(3)).isFalse();
    assertThat(rounds.nextEvaluation(0)).isEqualTo(Long.MAX_VALUE);
    assertThat(rounds.nextCheckpoint(0)).isEqualTo(7);
    assertThat(rounds.nextCheckpoint(7)).isEqualTo(15);
    assertThat(rounds.checkpointDue(3, 7)).isTrue();
    assertThat(rounds.checkpointDue(7, 11)).isFalse();
    assertThat(rounds.checkpointDue(11, 15)).isTrue();
  }

  @Property(tries = 300)
  void nextCheckpointIsTheFirstRoundEndThatIsDue(
      @ForAll @IntRange(min = 1, max = 9) int inner,
      @ForAll @IntRange(max = 10) int synchronous,
      @ForAll @IntRange(min = 1, max = 25) int every,
      @ForAll @IntRange(max = 60) int start) {
    Rounds rounds = new Rounds(Aggregate.PARAMETERS, inner, synchronous, every, every);
    long before = start;
    while (!rounds.checkpointDue(before, rounds.endOfRound(before))) {
      before = rounds.endOfRound(before);
    }
    assertThat(rounds.nextCheckpoint(start)).isEqualTo(rounds.endOfRound(before));
    assertThat(rounds.nextEvaluation(start)).isEqualTo(rounds.endOfRound(before));
  }

  /** A resumed run has the same rounds as an uninterrupted one. */
  @Property(tries = 300)
  void roundsEndAtTheSameStepsFromAnyStart(
      @ForAll @IntRange(min = 1, max = 9) int inner,
      @ForAll @IntRange(max = 10) int synchronous,
      @ForAll @IntRange(max = 60) int start) {
    Rounds rounds = new Rounds(Aggregate.PARAMETERS, inner, synchronous, 1, 1);
    assertThat(ends(rounds, 0, 100)).containsAll(ends(rounds, start, 100));
  }
}
