package org.palimpsest.cli.night;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.StoredFolder;

class NightStateTest {
  private static final Score SCORE = new Score("step-10", "c0", 3.5);

  @TempDir private Path folder;

  private StoredFolder run() {
    return new StoredFolder(new org.apache.hadoop.fs.Path(folder.toString()), new Configuration());
  }

  @Test
  void isEmptyBeforeTheFirstNight() {
    assertThat(NightState.read(run())).isEqualTo(new NightState(null, null, null, null));
  }

  @Test
  void isReadAsItWasWritten() {
    NightState state =
        new NightState(null, null, null, null)
            .in("export", "2026-03-02T22:00:00Z")
            .withEvaluated(SCORE)
            .withExported(SCORE);
    assertThat(NightState.read(run())).isNotEqualTo(state);

    state.writeTo(run());

    assertThat(NightState.read(run())).isEqualTo(state);
    assertThat(state.ended()).isEqualTo(new NightState(null, null, SCORE, SCORE));
  }

  @Test
  void isEmptyIfItsFileIsDamaged() throws IOException {
    Files.writeString(folder.resolve("nightly.json"), "{\"evaluated\":");
    assertThat(NightState.read(run())).isEqualTo(new NightState(null, null, null, null));
    Files.writeString(folder.resolve("nightly.json"), "{\"evaluated\": 3}");
    assertThat(NightState.read(run())).isEqualTo(new NightState(null, null, null, null));
  }

  @Test
  void knowsAScoreOnlyForItsCheckpointAndText() {
    NightState state = new NightState(null, null, SCORE, SCORE);
    assertThat(state.scoreOf("step-10", "c0")).contains(SCORE);
    assertThat(state.scoreOf("step-20", "c0")).isEmpty();
    assertThat(state.scoreOf("step-10", "c1")).isEmpty();
    assertThat(state.exportedLoss("c0")).contains(3.5);
    assertThat(state.exportedLoss("c1")).isEmpty();
    assertThat(state.withoutExported().exportedLoss("c0")).isEmpty();
  }
}
