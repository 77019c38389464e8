package org.palimpsest.training.run;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.Section;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.OptimizerSettings;
import org.palimpsest.model.optimizer.ScheduleSettings;
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
 * @param recipe all of it
 * @param directory the run's
 * @param checkpointPath where its checkpoints lie
 * @param every steps between checkpoints
 * @param keep how many of the last checkpoints stay
 * @param keepBest how many of the best by evaluation stay besides
 * @param lease for how long the run's folder is held without a sign of life
 * @param evaluation when the model is evaluated on the way
 */
public record RunPlan(
    Recipe recipe,
    TrainingSettings training,
    LearningRateSchedule schedule,
    OptimizerSettings optimizer,
    Path directory,
    Path checkpointPath,
    long every,
    int keep,
    int keepBest,
    Duration lease,
    EvaluationPlan evaluation) {

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
        recipe.checkpointPath(),
        checkpoint.whole("every", 1),
        checkpoint.size("keep"),
        (int) checkpoint.whole("keep-best", 0),
        checkpoint.duration("lease"),
        EvaluationPlan.from(new Section("evaluation", recipe.section("evaluation"))));
  }

  long seed() {
    return recipe.seed();
  }

  byte[] recipeText() {
    return recipe.resolved().getBytes(StandardCharsets.UTF_8);
  }

  /** What the run asks of a cluster. */
  public ClusterRequirements demand(Optional<ReplicaSize> size) {
    return new ClusterRequirements(
        training.workers(),
        training.transport(),
        size,
        vectors(),
        training.device(),
        training.resources(),
        directory,
        training.timeout(),
        training.startTimeout());
  }

  /** Parameters and gradients; what outer optimizer and compression remember. */
  private int vectors() {
    int averaged = training.aggregate() == Aggregate.PARAMETERS ? 1 : 0;
    int velocity = training.outer().hasState() ? 1 : 0;
    int residual = training.compression().keepsResidual() ? 1 : 0;
    return 2 + averaged + velocity + residual;
  }

  /** What the workers are told about the segment that starts there. */
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
            checkpointPath.toString(), start(from), new SerializableConfiguration(hadoop)),
        state,
        new SegmentOrder.End(
            Math.min(training.steps(), rounds().nextEvaluation(state.step())), training.steps()),
        clock,
        training.workers(),
        new SegmentOrder.Settings(
            rounds(),
            training.outer(),
            training.compression(),
            training.innerState(),
            training.sockets(),
            training.device(),
            training.maxSkippedSteps(),
            training.timeout().toMillis()),
        new StepConfig(schedule, optimizer, state.seed()));
  }

  private static SegmentOrder.Start start(Optional<Checkpoint> from) {
    return from.isPresent()
        ? new SegmentOrder.Start.From(from.get().folder().path().getName())
        : new SegmentOrder.Start.Fresh();
  }

  /** A segment ends where the model is evaluated, or with the run. */
  private Rounds rounds() {
    return new Rounds(
        training.aggregate(),
        training.innerSteps(),
        training.synchronousSteps(),
        every,
        evaluation.every());
  }

  /** Throws if the run was begun with other data, or with a setting that must stay. */
  void refuseChanges(Checkpoint checkpoint, String data) {
    Resumption.refuseOtherData(checkpoint, data);
    Resumption.refuseChangedKeys(checkpoint, recipe);
  }
}
