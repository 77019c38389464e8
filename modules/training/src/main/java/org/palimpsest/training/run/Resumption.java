package org.palimpsest.training.run;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.ScheduleSettings;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.RecipeChange;
import org.palimpsest.training.workload.Workload;

/** Checks whether a run can continue from a checkpoint with a recipe. */
final class Resumption {
  /**
   * Keys (or, ending with a dot, sections) that may change between invocations of a run. The corpus
   * and the tokenizer are compared by their content, not by their keys.
   */
  static final List<String> MAY_CHANGE =
      List.of(
          "run.",
          "corpus.",
          "tokenizer.",
          "checkpoint.",
          "evaluation.",
          "nightly.",
          "finetune.input",
          "finetune.format",
          "finetune.max-rejected",
          "finetune.evaluation-pairs",
          "finetune.beams",
          "engine",
          "training.steps",
          "training.time-limit",
          "training.workers",
          "training.micro-batch-blocks",
          "training.device",
          "training.resources.",
          "training.transport",
          "training.inner-state",
          "training.collective.",
          "training.attempts",
          "training.max-skipped-steps",
          "training.timeout",
          "training.stop-timeout",
          "training.start-timeout",
          "training.on-new-data");

  private Resumption() {}

  /**
   * The workload of a run from a checkpoint on, or from the beginning.
   *
   * @throws PalimpsestException of kind INPUT if the run read other data
   */
  static <B> Workload<B> workload(Workload<B> workload, Optional<Checkpoint> from) {
    return from.isPresent() ? workload(workload, from.get()) : workload;
  }

  private static <B> Workload<B> workload(Workload<B> workload, Checkpoint checkpoint) {
    return workload
        .resumedFrom(checkpoint.state())
        .orElseThrow(
            () ->
                PalimpsestException.input(
                    "The run of "
                        + checkpoint.path()
                        + " started with another corpus or tokenizer, or with another order of its"
                        + " blocks (corpus.block-order): restore them, or start another run"
                        + " (another run.directory, or --fresh)."));
  }

  /**
   * Compares only the values that the recipe sets explicitly with those that the run started with.
   */
  static void refuseChangedKeys(Checkpoint checkpoint, Recipe recipe) {
    recipe
        .changeSince(checkpoint, Resumption::mayChange)
        .ifPresent(
            change -> {
              throw changed(change, checkpoint);
            });
  }

  /**
   * A sentence if the learning rate of the next step differs by more than a percent from that of
   * the run so far, because the number of steps changed and a decay ends with the last one.
   *
   * @param schedule of the recipe
   * @param steps of the whole run in the recipe
   */
  static Optional<String> changedRate(
      Checkpoint checkpoint, LearningRateSchedule schedule, long steps) {
    Recipe recorded = Recipe.defaults().resumedFrom(checkpoint);
    long stepsBefore = recorded.count("training", "steps");
    long next = checkpoint.state().step() + 1;
    double before = ScheduleSettings.from(recorded.section("schedule"), stepsBefore).rate(next);
    double now = schedule.rate(next);
    if (steps == stepsBefore || Math.abs(now - before) <= 0.01 * Math.max(now, before)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "training.steps was %d and is %d, so the learning rate of step %d is %.3g instead of"
                + " %.3g: to avoid such a jump, set schedule.total-steps when a run starts, or use"
                + " a schedule without a decay.",
            stepsBefore,
            steps,
            next,
            now,
            before));
  }

  private static boolean mayChange(String key) {
    return MAY_CHANGE.stream()
        .anyMatch(free -> free.endsWith(".") ? key.startsWith(free) : key.equals(free));
  }

  private static PalimpsestException changed(RecipeChange change, Checkpoint checkpoint) {
    return PalimpsestException.configuration(
        change.key()
            + " was "
            + change.before()
            + " when the run of "
            + checkpoint.path()
            + " started and is "
            + change.now()
            + " now: set it back, or start another run (another run.directory, or --fresh); only"
            + " these keys may change: "
            + String.join(", ", MAY_CHANGE).replace(".,", ".*,")
            + ".");
  }
}
