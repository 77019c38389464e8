package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.HeapVector;
import org.palimpsest.storage.FaultMatrix;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.saving.CheckpointPublisher;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.saving.MetricsFile;
import org.palimpsest.training.saving.WorkerCommit;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * What a driver and a worker do with checkpoints, without Spark, while a call of the file system
 * fails. Whatever happens is reported in one sentence, no good checkpoint is lost, and the run goes
 * on afterwards.
 */
final class CheckpointFaults implements FaultMatrix.Test {
  private static final int SIZE = 100;

  private final Path disk;
  private final Operation operation;
  private final FaultPlan.Kind kind;
  private final AtomicInteger number = new AtomicInteger();

  /**
   * Prepares a run, which every point gets a copy of.
   *
   * @param disk folder of the runs
   * @param operation what is done
   * @param kind what the file system is like
   */
  CheckpointFaults(Path disk, Operation operation, FaultPlan.Kind kind) {
    this.disk = disk;
    this.operation = operation;
    this.kind = kind;
    Site first = new Site("prepared");
    for (int invocation = 0; invocation < 3; invocation++) {
      long unused = first.invoke();
    }
    operation.prepare(first);
  }

  /** An operation on the checkpoints of a run. */
  enum Operation {
    /** Takes the lease, goes on from the newest checkpoint, and publishes the next one. */
    PUBLISH {
      @Override
      void prepare(Site site) {}

      @Override
      void run(Site site) {
        site.invoke();
      }
    },
    /** Prunes a run whose newest checkpoint is damaged. */
    PRUNE {
      @Override
      void prepare(Site site) {
        site.damageNewest();
      }

      @Override
      void run(Site site) {
        List<String> unused =
            new RunCheckpoints(site.recipe.with("checkpoint.keep=1"), site.hadoop)
                .prune(warning -> {});
      }
    };

    abstract void prepare(Site site);

    abstract void run(Site site);
  }

  /** The number of calls that can fail. */
  int calls() throws IOException {
    Site site = copy();
    site.plan.repair();
    operation.run(site);
    return site.plan.calls().size();
  }

  private Site copy() throws IOException {
    String name = "run-" + number.incrementAndGet();
    FileUtils.copyDirectory(disk.resolve("prepared").toFile(), disk.resolve(name).toFile());
    return new Site(name);
  }

  @Override
  public void at(FaultMatrix.Point point) throws IOException {
    Site site = copy();
    long good = site.newestGood();
    site.plan.fail(point.call(), point.way(), point.extent());
    try {
      operation.run(site);
    } catch (PalimpsestException e) {
      assertThat(e).message().endsWith(".").doesNotContain("\n");
      assertThat(e.kind()).isIn(Kind.INPUT, Kind.CLUSTER);
    }
    site.plan.repair();
    assertThat(site.newestGood()).as("newest good checkpoint").isGreaterThanOrEqualTo(good);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(PalimpsestException.class) // While a lease that was not returned expires.
        .until(() -> site.invoke() > good);
    assertThat(site.starts).as("first steps").isNotEmpty().doesNotContain(0L);
    assertThat(site.newestParameters()).containsOnly((float) site.newestGood());
    FileUtils.deleteDirectory(site.folder.toFile());
  }

  /** A run on a faulty disk of its own, with good checkpoints of steps 10 and 15. */
  private final class Site {
    private final Configuration hadoop = new Configuration();
    private final FaultPlan plan = FaultPlan.install(hadoop, kind);
    private final List<Long> starts = new ArrayList<>();
    private final Path folder;
    private final Recipe recipe;

    Site(String name) {
      folder = disk.resolve(name);
      recipe =
          Recipe.defaults()
              .with("run.directory=\"faulty:" + folder + "\"", "checkpoint.lease=500ms")
              .with("checkpoint.every=5", "checkpoint.keep=2", "checkpoint.keep-best=0");
    }

    private Checkpoints checkpoints() {
      return new Checkpoints(recipe.checkpointPath(), hadoop);
    }

    long newestGood() {
      return checkpoints().newestValid(warning -> {}).map(Checkpoint::step).orElse(0L);
    }

    float[] newestParameters() {
      HeapVector parameters = new HeapVector(SIZE);
      checkpoints().newest().orElseThrow().readParameters(parameters);
      return parameters.values();
    }

    void damageNewest() {
      Path file =
          Path.of(checkpoints().newest().orElseThrow().folder().path().toUri().getPath())
              .resolve(Checkpoint.PARAMETERS);
      try {
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] ^= 1;
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** One invocation of the run: five steps. Returns the last one. */
    long invoke() {
      RunPlan run = RunPlan.of(recipe.resumed(hadoop));
      try (Lease lease = run.takeLease(hadoop)) {
        CheckpointPublisher publisher =
            new CheckpointPublisher(
                checkpoints(),
                Map.of(Checkpoint.RECIPE, run.recipeText()),
                new MetricsFile(new StoredFolder(run.directory(), hadoop)),
                RunListener.none(),
                lease,
                new CheckpointPublisher.Retention(run.keep(), name -> false));
        Optional<Checkpoint> from = publisher.findNewest();
        long step = from.map(Checkpoint::step).orElse(0L);
        lease.goOnFrom(step);
        starts.add(step);
        SegmentOrder order =
            run.order(
                from,
                TrainingState.beginning(1, "data"),
                new TimeLimit(Optional.empty()).clock(),
                hadoop,
                UUID.randomUUID());
        new CheckpointWatcher(publisher, order).publish(List.of(commit(order, step + 5)));
        publisher.finish();
        return step + 5;
      }
    }

    /** What a worker does: all its parameters are the number of the step. */
    private WorkerCommit commit(SegmentOrder order, long step) {
      HeapVector parameters = new HeapVector(SIZE);
      Arrays.fill(parameters.values(), (float) step);
      StoredFolder target = checkpoints().folder(Checkpoints.folderName(step, order.attempt()));
      StoredFile file =
          Retry.until(() -> VectorFile.write(target, Checkpoint.PARAMETERS, parameters));
      TrainingState beginning = TrainingState.beginning(1, "data");
      TrainingState state =
          beginning.at(
              new TrainingState.Layout(SIZE, beginning.layoutVersion()),
              new TrainingState.Position(step, 0),
              beginning.counts(),
              1,
              false);
      return new WorkerCommit(
          0, state, new WorkerState(Map.of(), step, 1), List.of(file), 0, List.of());
    }
  }
}
