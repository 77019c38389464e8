package org.palimpsest.training.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Device;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.TrainingSettings.Aggregate;
import org.palimpsest.training.config.TrainingSettings.InnerState;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.segment.Rounds;
import org.palimpsest.training.segment.SegmentOrder;

class CheckpointWatcherTest {
  private static final String ATTEMPT = "0123456789ab";

  @TempDir private Path folder;

  private final Configuration hadoop = new Configuration();

  /** In a session without the plugin, executors on other machines report no progress. */
  @Test
  void withoutProgressItSeesInTheFolderThatTheWorkersGoOn() throws Exception {
    for (int step = 10; step <= 30; step += 10) {
      Files.createDirectories(folder.resolve("step-000000" + step + "-" + ATTEMPT));
    }
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Lease lease = lease(Duration.ofSeconds(1))) {
      CheckpointWatcher watcher = new CheckpointWatcher(publisher(lease), order());
      watcher.watch(cancelled::countDown);

      assertThat(cancelled.await(30, TimeUnit.SECONDS)).as("cancelled").isTrue();
      assertThat(watcher.hasFailed()).isTrue();
      assertThatThrownBy(watcher::unwatch)
          .hasMessageStartingWith(
              "No checkpoint has been published since step 0, although the workers have saved later"
                  + " ones and are at step 30:");
    }
  }

  @Test
  void workersThatWriteTheSecondCheckpointAreNoReasonToEnd() throws Exception {
    Files.createDirectories(folder.resolve("step-00000020-" + ATTEMPT));
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Lease lease = lease(Duration.ofSeconds(1))) {
      CheckpointWatcher watcher = new CheckpointWatcher(publisher(lease), order());
      watcher.watch(cancelled::countDown);

      assertThat(cancelled.await(5, TimeUnit.SECONDS)).as("cancelled").isFalse();
      watcher.unwatch();
    }
  }

  private Lease lease(Duration longestCall) {
    return Lease.take(path(), hadoop, Duration.ofMinutes(1), Deadline.ofCheckpoints(longestCall));
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(folder.toString());
  }

  private CheckpointPublisher publisher(Lease lease) {
    return new CheckpointPublisher(
        new Checkpoints(path(), hadoop),
        Map.of(),
        new MetricsFile(new StoredFolder(path(), hadoop)),
        RunListener.none(),
        lease,
        new CheckpointPublisher.Retention(2, name -> false));
  }

  private SegmentOrder order() {
    return new SegmentOrder(
        new SegmentOrder.Name("run", ATTEMPT),
        new SegmentOrder.Files(
            path().toString(),
            new SegmentOrder.Start.Fresh(),
            new SerializableConfiguration(hadoop)),
        TrainingState.beginning(3, "data"),
        new SegmentOrder.End(1000, 1000),
        new SegmentOrder.Clock(1e9, SegmentOrder.Clock.Origin.SEGMENT),
        1,
        new SegmentOrder.Settings(
            new Rounds(Aggregate.PARAMETERS, 5, 0, 10, Long.MAX_VALUE),
            new OuterOptimizer.Average(),
            Compression.NONE,
            InnerState.CARRIED,
            Sockets.any(),
            Device.CPU,
            3,
            5000),
        null);
  }
}
