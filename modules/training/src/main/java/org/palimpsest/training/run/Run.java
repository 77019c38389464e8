package org.palimpsest.training.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.telemetry.RunLog;
import org.palimpsest.training.workload.HeldOutLoss;
import org.palimpsest.training.workload.Workload;

/**
 * A training run: a chain of segments, each from one checkpoint to the next. Every segment starts
 * from the newest valid checkpoint, whether the one before it succeeded, failed, or was killed, and
 * with any number of workers.
 *
 * @param <B> a batch
 */
public final class Run<B> {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final RunSetup<B> setup;
  private final Supplier<Run<B>> fromScratch;
  private final StopRequest stop;

  private Run(RunSetup<B> setup, Supplier<Run<B>> fromScratch, StopRequest stop) {
    this.setup = setup;
    this.fromScratch = fromScratch;
    this.stop = stop;
  }

  /**
   * Creates a run of a workload.
   *
   * @param recipe {@code seed} and the sections {@code run}, {@code training}, {@code checkpoint},
   *     {@code evaluation}, {@code schedule} and {@code optimizer} (gradient clipping only) are
   *     used
   * @param attachments small files to add to every checkpoint, by name
   */
  public static <B> Run<B> of(
      Recipe recipe,
      SparkSession spark,
      Workload<B> workload,
      Map<String, byte[]> attachments,
      RunListener listener) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    RunPlan plan = RunPlan.of(recipe.resumed(context.hadoopConfiguration()));
    return new Run<>(
        new RunSetup<>(
            plan,
            context,
            workload,
            attachments,
            RunListener.all(List.of(listener, new RunLog(BETWEEN_LINES))),
            Optional.empty()),
        () -> of(recipe.fromScratch(), spark, workload, attachments, listener),
        new StopRequest(plan.training().stopTimeout()));
  }

  /** This run with a held-out loss that is measured every {@code evaluation.every} steps. */
  public Run<B> evaluatedBy(HeldOutLoss loss) {
    return evaluatedBy(loss, () -> fromScratch.get().evaluatedBy(loss));
  }

  /**
   * This run with a held-out loss, and with another run for {@link #trainFromScratch}, whose
   * workload ignores the recipe that checkpoints recorded.
   */
  public Run<B> evaluatedBy(HeldOutLoss loss, Supplier<Run<B>> scratch) {
    return new Run<>(setup.with(loss), scratch, stop);
  }

  /**
   * Trains from the newest checkpoint to the last step, to the time limit, or until it is stopped:
   * by {@link #stop}, by an interrupt of this thread, or by a cancellation of its jobs through
   * Spark. After a stop or a failure, the Spark session stays usable and this method can be called
   * again.
   *
   * @throws PalimpsestException of kind DIVERGED, CLUSTER, … that names the last good checkpoint
   */
  public RunResult train() {
    return train(stop, Training.Start.RESUME);
  }

  /**
   * Deletes the run's checkpoints, and trains from the first step without their recorded settings.
   */
  public RunResult trainFromScratch() {
    return fromScratch.get().train(stop, Training.Start.FRESH);
  }

  /**
   * Stops the training in progress, from another thread. Every worker stops after its current step,
   * and the state is published as a checkpoint, from which the run resumes exactly, also from the
   * middle of a round. All that takes at most {@code training.stop-timeout}; after that time the
   * training is cancelled, and the last published checkpoint is the newest. Returns at once, and
   * has no effect if no training is in progress.
   */
  public void stop() {
    stop.request();
  }

  /**
   * Cancels the training in progress, from another thread: as {@link #stop}, but the workers have
   * two seconds to save their state. Afterwards what they did since the last checkpoint is lost.
   */
  public void cancel() {
    stop.requestAtOnce();
  }

  @SuppressWarnings("try") // The scopes need only be closed.
  private RunResult train(StopRequest request, Training.Start start) {
    try (StopRequest.Scope training = request.begin()) {
      return new Training<>(setup, request).train(start);
    }
  }
}
