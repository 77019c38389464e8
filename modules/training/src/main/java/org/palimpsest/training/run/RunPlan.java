package org.palimpsest.training.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.OptimizerSettings;
import org.palimpsest.model.optimizer.ScheduleSettings;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.EvaluationPlan;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.TrainingSettings;
import org.palimpsest.training.config.TrainingSettings.Aggregate;
import org.palimpsest.training.preflight.ClusterRequirements;
import org.palimpsest.training.segment.Rounds;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.StepConfig;
import org.palimpsest.training.workload.ReplicaSize;

/**
 * What a recipe says about a run, read and checked.
 *
 * @param recipe the whole recipe
 * @param training the section {@code training}
 * @param schedule the learning rate of every step
 * @param optimizer the section {@code optimizer}
 * @param directory of the run
 * @param saving the section {@code checkpoint}
 * @param evaluation when the model is evaluated during the run
 */
public record RunPlan(
    Recipe recipe,
    TrainingSettings training,
    LearningRateSchedule schedule,
    OptimizerSettings optimizer,
    Path directory,
    Saving saving,
    EvaluationPlan evaluation) {

  /**
   * The section {@code checkpoint}.
   *
   * @param path folder of the run's checkpoints
   * @param every steps between checkpoints
   * @param keep number of newest checkpoints that are kept
   * @param keepBest number of checkpoints with the lowest held-out loss that are kept in addition
   * @param lease time without renewal after which another process may take over the folder
   * @param timeout of each call of the file system on which the lease or a checkpoint depends
   */
  public record Saving(
      Path path, long every, int keep, int keepBest, Duration lease, Duration timeout) {}

  public static RunPlan of(Recipe recipe) {
    TrainingSettings training = TrainingSettings.from(recipe);
    Section checkpoint = new Section("checkpoint", recipe.section("checkpoint"));
    Path directory = new Path(recipe.directory());
    return new RunPlan(
        recipe,
        training,
        ScheduleSettings.from(recipe.section("schedule"), training.steps()),
        OptimizerSettings.from(recipe.section("optimizer")),
        directory,
        new Saving(
            recipe.checkpointPath(),
            checkpoint.whole("every", 1),
            checkpoint.size("keep"),
            (int) checkpoint.whole("keep-best", 0),
            checkpoint.duration("lease"),
            checkpoint.duration("timeout")),
        EvaluationPlan.from(new Section("evaluation", recipe.section("evaluation"))));
  }

  Path checkpointPath() {
    return saving.path();
  }

  int keep() {
    return saving.keep();
  }

  int keepBest() {
    return saving.keepBest();
  }

  /**
   * Takes the lease of the run's checkpoints.
   *
   * @throws PalimpsestException of kind CLUSTER if the run is active
   */
  Lease takeLease(Configuration hadoop) {
    return Lease.take(
        saving.path(), hadoop, saving.lease(), Deadline.ofCheckpoints(saving.timeout()));
  }

  long seed() {
    return recipe.seed();
  }

  byte[] recipeText() {
    return recipe.resolved().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What the run needs from a cluster.
   *
   * @param size of a replica, if it is known
   * @param readerBytes heap in which a worker holds what it reads ahead
   */
  public ClusterRequirements requirements(Optional<ReplicaSize> size, long readerBytes) {
    return new ClusterRequirements(
        training.placement(),
        training.transport(),
        new ClusterRequirements.Replica(
            size, vectors(), training.route().innerState(), readerBytes),
        directory);
  }

  /** Parameters and gradients; the memory of the outer optimizer and of the compression. */
  private int vectors() {
    int averaged = training.aggregate() == Aggregate.PARAMETERS ? 1 : 0;
    int velocity = training.rounds().outer().hasState() ? 1 : 0;
    int residual = training.rounds().compression().keepsResidual() ? 1 : 0;
    return 2 + averaged + velocity + residual;
  }

  /** The order for the segment that starts from a checkpoint or with new parameters. */
  SegmentOrder order(
      Optional<Checkpoint> from,
      TrainingState state,
      SegmentOrder.Clock clock,
      Configuration hadoop,
      UUID attempt) {
    return new SegmentOrder(
        new SegmentOrder.Name(
            directory.toString(), attempt.toString().replace("-", "").substring(0, 12)),
        new SegmentOrder.Files(
            checkpointPath().toString(), start(from), new SerializableConfiguration(hadoop)),
        state,
        new SegmentOrder.End(
            Math.min(training.steps(), rounds().nextEvaluation(state.roundStart())),
            training.steps()),
        clock,
        training.workers(),
        new SegmentOrder.Settings(
            rounds(),
            training.rounds().outer(),
            training.rounds().compression(),
            training.route().innerState(),
            training.sockets(),
            training.placement().device(),
            training.maxSkippedSteps(),
            training.placement().timeout().toMillis()),
        new StepConfig(schedule, optimizer, state.seed()));
  }

  private static SegmentOrder.Start start(Optional<Checkpoint> from) {
    return from.isPresent()
        ? new SegmentOrder.Start.From(from.get().folder().path().getName())
        : new SegmentOrder.Start.Fresh();
  }

  /** A segment ends at an evaluation or at the end of the run. */
  private Rounds rounds() {
    return new Rounds(
        training.aggregate(),
        training.rounds().innerSteps(),
        training.rounds().synchronousSteps(),
        saving.every(),
        evaluation.every());
  }

  /** Throws if the run started with another value of a key that must not change. */
  void refuseChanges(Checkpoint checkpoint) {
    Resumption.refuseChangedKeys(checkpoint, recipe);
  }

  /** A sentence if another number of steps changes the learning rate of the next step. */
  Optional<String> changedRate(Checkpoint checkpoint) {
    return Resumption.changedRate(checkpoint, schedule, training.steps());
  }
}
