package org.palimpsest.training.run;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.RecipeChange;

/** Whether a run may go on from a checkpoint under a recipe. */
final class Resumption {
  /**
   * Keys (or, ending with a dot, sections) that do not change what is learned, or change it on
   * purpose. The corpus and the tokenizer are recognised by their content, not by their keys.
   */
  static final List<String> MAY_CHANGE =
      List.of(
          "run.",
          "corpus.",
          "tokenizer.",
          "checkpoint.",
          "evaluation.",
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
          "training.start-timeout");

  private Resumption() {}

  static void refuseOtherData(Checkpoint checkpoint, String data) {
    if (!checkpoint.state().data().equals(data)) {
      throw PalimpsestException.input(
          "The run of "
              + checkpoint.path()
              + " was begun with another corpus or tokenizer: give it that one back, or begin"
              + " another run (another run.directory, or --fresh).");
    }
  }

  /** Compares what the recipe sets explicitly, and nothing else, with what the run began with. */
  static void refuseChangedKeys(Checkpoint checkpoint, Recipe recipe) {
    recipe
        .changeSince(checkpoint, Resumption::mayChange)
        .ifPresent(
            change -> {
              throw changed(change, checkpoint);
            });
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
            + " began and is "
            + change.now()
            + " now: set it back, or begin another run (another run.directory, or --fresh); only"
            + " these may change: "
            + String.join(", ", MAY_CHANGE).replace(".,", ".*,")
            + ".");
  }
}
