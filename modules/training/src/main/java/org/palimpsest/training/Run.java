package org.palimpsest.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.model.Batch;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.PalimpsestException.Kind;
import org.palimpsest.training.RunListener.SegmentStart;
import org.palimpsest.training.WorkerReport.Ending;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.preflight.Preflight;

/**
 * A training run: a chain of segments, each from one checkpoint to the next. Retrying a segment
 * that failed, going on after a crash, and going on with another number of workers are the same
 * thing: a segment starts from the newest valid checkpoint.
 *
 * @param <B> a batch of what is trained
 */
public final class Run<B> {
  private final RunPlan plan;
  private final JavaSparkContext spark;
  private final Workload<B> workload;
  private final Map<String, byte[]> attachments;
  private final RunListener listener;
  private final Checkpoints checkpoints;
  private final MetricsFile metrics;
  private final Segment<B> segment;

  /** Damaged checkpoints: they stay until there is one that was trained in their place. */
  private List<String> passedOver = List.of();

  private Run(
      RunPlan plan,
      JavaSparkContext spark,
      Workload<B> workload,
      Map<String, byte[]> attachments,
      RunListener listener,
      Transport transport) {
    this.plan = plan;
    this.spark = spark;
    this.workload = workload;
    this.attachments = attachments;
    this.listener = RunListener.all(List.of(listener));
    checkpoints = new Checkpoints(plan.checkpointPath(), spark.hadoopConfiguration());
    metrics = new MetricsFile(new StoredFolder(plan.directory(), spark.hadoopConfiguration()));
    segment = new Segment<>(spark, workload, transport);
  }

  /**
   * Opens the pre-training run that a recipe describes, new or begun. Reads its corpus' manifest;
   * starts nothing.
   *
   * @throws PalimpsestException in one sentence if the recipe or the corpus cannot work
   */
  public static Run<Batch> open(Recipe recipe, SparkSession spark, RunListener listener) {
    return Pretraining.open(recipe, spark).run(listener);
  }

  /**
   * A run of anything trainable.
   *
   * @param recipe of which {@code seed} and the sections {@code run}, {@code training}, {@code
   *     checkpoint}, {@code schedule} and {@code optimizer} (its clipping) are used
   * @param attachments small files that every checkpoint shall hold, by name
   */
  public static <B> Run<B> of(
      Recipe recipe,
      SparkSession spark,
      Workload<B> workload,
      Map<String, byte[]> attachments,
      RunListener listener) {
    return with(recipe, spark, workload, attachments, listener, new C10dTransport());
  }

  static <B> Run<B> with(
      Recipe recipe,
      SparkSession spark,
      Workload<B> workload,
      Map<String, byte[]> attachments,
      RunListener listener,
      Transport transport) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new Run<>(RunPlan.of(recipe), context, workload, attachments, listener, transport);
  }

  /**
   * Trains until the last step or the time limit, from wherever the run stands. After a failure the
   * Spark session works on, and the run can be called again.
   *
   * @throws PalimpsestException of kind DIVERGED, CLUSTER, … that names the last good checkpoint
   */
  public RunResult train() {
    Optional<Checkpoint> newest = resume();
    TimeLimit limit = new TimeLimit(plan.training().timeLimit());
    if (step(newest) < plan.training().steps()) {
      new Preflight(spark, plan.demand(workload.replicaSize()), workload::warmUp)
          .require(listener::warning);
    }
    while (step(newest) < plan.training().steps() && !limit.isReached()) {
      newest = Optional.of(nextSegment(newest, limit));
    }
    RunResult result = result(newest.orElseThrow());
    listener.finished(result);
    return result;
  }

  /** The newest checkpoint that can be read, if it belongs to this configuration and these data. */
  private Optional<Checkpoint> resume() {
    Optional<Checkpoint> newest = newestValid();
    newest.ifPresent(checkpoint -> plan.refuseChanges(checkpoint, workload.fingerprint()));
    metrics.rewindTo(step(newest));
    return newest;
  }

  private Optional<Checkpoint> newestValid() {
    Optional<Checkpoint> newest = checkpoints.newestValid(listener::warning);
    passedOver = checkpoints.newerThan(newest);
    return newest;
  }

  /** A segment, tried until it succeeds or the attempts are used up. */
  private Checkpoint nextSegment(Optional<Checkpoint> newest, TimeLimit limit) {
    Optional<Checkpoint> from = newest;
    for (int attempt = 1; ; attempt++) {
      try {
        return runSegment(from, attempt, limit);
      } catch (PalimpsestException e) {
        if (attempt == plan.training().attempts() || !isWorthRetrying(e)) {
          throw givenUp(e, from, attempt);
        }
        listener.warning(e.getMessage() + " The segment is run again from its checkpoint.");
        from = newestValid();
      }
    }
  }

  private Checkpoint runSegment(Optional<Checkpoint> from, int attempt, TimeLimit limit) {
    TrainingState state = from.map(Checkpoint::state).orElseGet(this::beginning);
    SegmentOrder order =
        plan.order(from, state, limit.clock(), spark.hadoopConfiguration(), UUID.randomUUID());
    String path = from.map(Checkpoint::path).orElse("");
    listener.segmentStarted(
        new SegmentStart(
            state.step(), order.lastStep(), order.totalSteps(), order.workers(), path, attempt));
    List<WorkerReport> reports;
    try (LiveProgress live = LiveProgress.of(order.runId(), listener)) {
      reports = segment.run(order);
      live.finish(reports.get(0).points());
    }
    limit.heard(reports.get(0));
    if (reports.get(0).ending() == Ending.DIVERGED) {
      throw diverged(reports.get(0).state(), path);
    }
    return publish(order, reports);
  }

  private TrainingState beginning() {
    return TrainingState.beginning(plan.seed(), workload.fingerprint());
  }

  /** Makes a checkpoint of what the workers have written. The manifest comes last. */
  private Checkpoint publish(SegmentOrder order, List<WorkerReport> reports) {
    warnIfReplicasDiffer(reports);
    TrainingState state = WorkerReport.joined(reports);
    StoredFolder folder = checkpoints.folder(Checkpoints.folderName(state.step(), order.attempt()));
    List<StoredFile> files = new ArrayList<>();
    reports.forEach(report -> files.addAll(report.files()));
    attachments.forEach((name, bytes) -> files.add(folder.write(name, out -> out.write(bytes))));
    files.add(folder.write(Checkpoint.RECIPE, out -> out.write(plan.recipeText())));
    Checkpoint checkpoint = checkpoints.publish(folder, state, files);
    checkpoints.delete(passedOver);
    passedOver = List.of();
    metrics.append(reports.get(0).points());
    checkpoints.prune(plan.keep());
    listener.checkpointPublished(checkpoint.path(), checkpoint.step());
    return checkpoint;
  }

  /** Processors of different kinds may round differently where each makes the update by itself. */
  private void warnIfReplicasDiffer(List<WorkerReport> reports) {
    long different = reports.stream().mapToLong(WorkerReport::checksum).distinct().count();
    if (different > 1) {
      listener.warning(
          "After the last round there are "
              + different
              + " different replicas instead of one, perhaps on different processors: that of"
              + " worker 0 is kept.");
    }
  }

  private RunResult result(Checkpoint newest) {
    TrainingState state = newest.state();
    return new RunResult(
        state.step() >= plan.training().steps()
            ? RunResult.Ending.FINISHED
            : RunResult.Ending.TIME_LIMIT,
        state.step(),
        newest.path(),
        state.targetTokens(),
        state.rawTokens(),
        state.skippedSteps(),
        state.seconds());
  }

  private static long step(Optional<Checkpoint> checkpoint) {
    return checkpoint.map(Checkpoint::step).orElse(0L);
  }

  /** What a configuration or the loss itself has caused would only happen again. */
  private static boolean isWorthRetrying(PalimpsestException e) {
    return e.kind() != Kind.CONFIGURATION && e.kind() != Kind.DIVERGED;
  }

  private static PalimpsestException givenUp(
      PalimpsestException e, Optional<Checkpoint> from, int attempts) {
    if (e.kind() == Kind.DIVERGED || e.kind() == Kind.CONFIGURATION) {
      return e;
    }
    String where =
        from.map(checkpoint -> " Run again, it goes on from " + checkpoint.path() + ".").orElse("");
    String message =
        "A segment of the training failed " + attempts + " times: " + e.getMessage() + where;
    return new PalimpsestException(e.kind(), message, e);
  }

  private PalimpsestException diverged(TrainingState state, String path) {
    return new PalimpsestException(
        Kind.DIVERGED,
        "Training diverged at step "
            + state.step()
            + ": the loss was no number for "
            + plan.training().maxSkippedSteps()
            + " steps in a row; lower schedule.peak or optimizer.clip-norm"
            + (path.isEmpty()
                ? "; there is no checkpoint yet."
                : "; the last good checkpoint is " + path + "."));
  }
}
