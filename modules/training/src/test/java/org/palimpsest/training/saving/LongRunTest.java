package org.palimpsest.training.saving;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.HeapVector;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.saving.CheckpointPublisher.Retention;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * A run of months, whose seconds pass as fast as they can be written: the driver's heap, its open
 * files, and the time of a restart do not depend on the age of the run.
 */
class LongRunTest {
  private static final int SIZE = 1000;
  private static final long SLACK_BYTES = 2 << 20;
  private static final Duration SLACK = Duration.ofMillis(500);

  @TempDir private Path disk;

  private final Configuration hadoop = new Configuration();
  private StoredFolder run;
  private Checkpoints checkpoints;
  private Lease lease;

  @BeforeEach
  void takeTheLease() {
    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(disk.toString());
    org.apache.hadoop.fs.Path within = new org.apache.hadoop.fs.Path(folder, "checkpoints");
    run = new StoredFolder(folder, hadoop);
    checkpoints = new Checkpoints(within, hadoop);
    Duration minute = Duration.ofMinutes(1);
    lease = Lease.take(within, hadoop, minute, Deadline.ofCheckpoints(minute));
  }

  @AfterEach
  void giveTheLeaseBack() {
    lease.close();
  }

  @Test
  @Timeout(120)
  void costsAsMuchAfterHoursAsAtFirst() throws Exception {
    liveThrough(20, 200, 100);
  }

  /** A million lines of metrics. */
  @Test
  @Tag("torture")
  @Timeout(1800)
  void costsAsMuchAfterTenThousandCheckpointsAsAtFirst() throws Exception {
    liveThrough(500, 10_000, 100);
  }

  /** What a run costs at some time. */
  private record Cost(long heapBytes, long openFiles, Duration restart) {}

  private void liveThrough(int young, int old, int linesEach) throws Exception {
    CheckpointPublisher publisher = publisher();
    for (int i = 1; i <= young; i++) {
      publish(publisher, i, linesEach);
    }
    Cost before = cost((long) young * linesEach);
    for (int i = young + 1; i <= old; i++) {
      publish(publisher, i, linesEach);
    }
    Cost after = cost((long) old * linesEach);
    assertThat(after.openFiles()).isLessThanOrEqualTo(before.openFiles() + 2);
    assertThat(after.heapBytes()).isLessThan(before.heapBytes() + SLACK_BYTES);
    assertThat(after.restart()).isLessThan(before.restart().multipliedBy(2).plus(SLACK));
    assertThat(publisher.newest().orElseThrow().step()).isEqualTo((long) old * linesEach);
    assertThat(lines()).isEqualTo((long) old * linesEach);
  }

  private CheckpointPublisher publisher() {
    return new CheckpointPublisher(
        checkpoints,
        Map.of(Checkpoint.RECIPE, new byte[100], Checkpoint.TOKENIZER, new byte[100]),
        new MetricsFile(run),
        new RunListener() {},
        lease,
        new Retention(2, name -> false));
  }

  private void publish(CheckpointPublisher publisher, int number, int lines) {
    long step = (long) number * lines;
    SegmentOrder order = order();
    StoredFolder folder = checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
    HeapVector vector = new HeapVector(SIZE);
    List<StoredFile> files =
        List.of(
            VectorFile.write(folder, Checkpoint.PARAMETERS, vector),
            VectorFile.write(folder, "optimizer-00000.bin", vector));
    WorkerState worker = new WorkerState(Map.of(OwnVector.MOMENTS, "optimizer-00000.bin"), step, 5);
    List<Progress> points =
        LongStream.rangeClosed(step - lines + 1, step).mapToObj(LongRunTest::point).toList();
    publisher.publish(order, List.of(new WorkerCommit(0, state(step), worker, files, 7, points)));
  }

  private SegmentOrder order() {
    return new SegmentOrder(
        new SegmentOrder.Name("run", "0123456789ab"),
        new SegmentOrder.Files(
            checkpoints.path().toString(),
            new SegmentOrder.Start.Fresh(),
            new SerializableConfiguration(hadoop)),
        TrainingState.beginning(3, "data"),
        new SegmentOrder.End(1_000_000, 1_000_000),
        new SegmentOrder.Clock(1e9, SegmentOrder.Clock.Origin.SEGMENT),
        1,
        null,
        null);
  }

  private static TrainingState state(long step) {
    TrainingState beginning = TrainingState.beginning(3, "data");
    return beginning.at(
        new TrainingState.Layout(SIZE, beginning.layoutVersion()),
        new TrainingState.Position(step, 1),
        new TrainingState.Counts(5, 6, 0, 0, 1.5, 77),
        1,
        false);
  }

  /** A second of the run. */
  private static Progress point(long step) {
    return new Progress(
        "run",
        new Progress.Position(step, 1_000_000),
        new Progress.Interval(2.5, 0.1, 300, 600, 0.25, 4096),
        new Progress.Totals(70 * step, 140 * step, 1, step),
        40);
  }

  private Cost cost(long step) throws Exception {
    Duration restart = restart(step);
    for (int i = 0; i < 4; i++) {
      Duration again = restart(step);
      restart = again.compareTo(restart) < 0 ? again : restart;
    }
    return new Cost(heapBytes(), openFiles(), restart);
  }

  /** How long a new process needs until it knows where to go on. */
  private Duration restart(long step) {
    long start = System.nanoTime();
    assertThat(publisher().findNewest().orElseThrow().step()).isEqualTo(step);
    new MetricsFile(run).rewindTo(step);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static long heapBytes() throws InterruptedException {
    List<Long> used = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
      used.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return used.stream().min(Long::compare).orElseThrow();
  }

  /** 0 where the system does not tell. */
  private static long openFiles() throws Exception {
    Path open = Path.of("/proc/self/fd");
    if (!Files.isDirectory(open)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(open)) {
      return files.count();
    }
  }

  private long lines() throws Exception {
    try (Stream<String> lines = Files.lines(disk.resolve("metrics.jsonl"))) {
      return lines.count();
    }
  }
}
