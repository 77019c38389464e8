package org.palimpsest.training.saving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.config.TrainingSettings.Aggregate;
import org.palimpsest.training.segment.Rounds;

class PublicationWatchdogTest {
  private static final Duration NONE = Duration.ZERO;
  private static final Duration LONG = Duration.ofHours(1);

  private static PublicationWatchdog from(long step, int innerSteps, Duration patience) {
    return new PublicationWatchdog(
        new Rounds(Aggregate.PARAMETERS, innerSteps, 0, 10, Long.MAX_VALUE), step, patience);
  }

  @Test
  void waitsUntilTheWorkersHavePassedTheSecondCheckpoint() {
    PublicationWatchdog watchdog = from(40, 1, NONE);

    assertThat(watchdog.isOverdue(60)).isFalse();
    assertThat(watchdog.isOverdue(61)).isTrue();
  }

  @Test
  void countsCheckpointsByTheEndsOfRounds() {
    PublicationWatchdog watchdog = from(0, 7, NONE);

    assertThat(watchdog.isOverdue(21)).as("checkpoints are at 14 and 21").isFalse();
    assertThat(watchdog.isOverdue(28)).isTrue();
  }

  @Test
  void givesTheDriverItsTime() {
    PublicationWatchdog watchdog = from(0, 1, LONG);

    assertThat(watchdog.isOverdue(5000)).isFalse();
  }

  @Test
  void everyPublicationStartsTheTimeAnew() throws InterruptedException {
    PublicationWatchdog watchdog = from(0, 1, Duration.ofMillis(200));
    assertThat(watchdog.isOverdue(5000)).isFalse();
    Thread.sleep(250);
    watchdog.published(10);

    assertThat(watchdog.isOverdue(5000)).isFalse();
    assertThat(watchdog.published()).isEqualTo(10);
    Thread.sleep(250);
    assertThat(watchdog.isOverdue(5000)).isTrue();
  }
}
