package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;

/** A process that has lost the lease of a run cannot add checkpoints. */
class FencingTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;
  private org.apache.hadoop.fs.Path path;
  private final Configuration hadoop = new Configuration();

  @BeforeEach
  void setPath() {
    path = new org.apache.hadoop.fs.Path(folder.toString());
  }

  private Lease take(Duration term) {
    return Lease.take(path, hadoop, term, Deadline.ofCheckpoints(Duration.ofMinutes(1)));
  }

  private Checkpoint publish(Checkpoints checkpoints, long step, long fence) {
    StoredFolder target = checkpoints.folder(Checkpoints.folderName(step, "f" + fence));
    TrainingState beginning = TrainingState.beginning(3, "data");
    TrainingState state =
        beginning.at(
            beginning.layout(), new TrainingState.Position(step, 0), beginning.counts(), 0, false);
    return checkpoints.publish(target, state, List.of(), fence);
  }

  /**
   * The process stalls between its last check and its manifest; the reader rejects the manifest.
   */
  @Test
  void ignoresAManifestPublishedAfterTheLeaseWasLost() {
    Checkpoints checkpoints = new Checkpoints(path, hadoop);
    long late;
    try (Lease stalled = take(LONG)) {
      late = stalled.number();
      publish(checkpoints, 10, late);
    }
    try (Lease next = take(LONG)) {
      next.goOnFrom(10);
      publish(checkpoints, 20, late);
      List<String> warnings = new ArrayList<>();
      assertThat(checkpoints.newestValid(warnings::add).orElseThrow().step()).isEqualTo(10);
      assertThat(checkpoints.newest().orElseThrow().folder().path().getName())
          .isEqualTo("step-00000010-f" + late);
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains("step-00000020-f" + late)
          .contains("was published by a process that had already lost the lease of the run");
      publish(checkpoints, 15, next.number());
      assertThat(checkpoints.newest().orElseThrow().folder().path().getName())
          .isEqualTo("step-00000015-f" + next.number());
    }
  }
}
