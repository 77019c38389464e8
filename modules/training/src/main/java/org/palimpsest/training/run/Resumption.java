package org.palimpsest.training.run;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.RecipeChange;

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
          "training.start-timeout");

  private Resumption() {}

  static void refuseOtherData(Checkpoint checkpoint, String data) {
    if (!checkpoint.state().data().equals(data)) {
      throw PalimpsestException.input(
          "The run of "
              + checkpoint.path()
              + " started with another corpus or tokenizer, or with another order of its blocks"
              + " (corpus.block-order): restore them, or start another run"
              + " (another run.directory, or --fresh).");
    }
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
