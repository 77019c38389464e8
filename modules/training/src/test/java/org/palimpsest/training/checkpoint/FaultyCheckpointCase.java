package org.palimpsest.training.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.FaultPlan;

/** Base of tests with checkpoints on a disk that fails as planned. */
abstract class FaultyCheckpointCase {
  @TempDir Path disk;

  final Configuration hadoop = new Configuration();
  FaultPlan plan;
  PublishedCheckpoints published;

  @BeforeEach
  final void install() {
    plan = FaultPlan.install(hadoop, FaultPlan.Kind.DISK);
    published = new PublishedCheckpoints("faulty", disk, hadoop);
  }

  /** Names of the checkpoints of these steps. */
  static Set<String> names(long... steps) {
    return Arrays.stream(steps)
        .mapToObj(step -> PublishedCheckpoints.name(step, 1))
        .collect(Collectors.toSet());
  }
}
