package org.palimpsest.cli;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.huggingface.ModelFolder;

/** A model folder that may not say what its model was trained with. */
final class ForeignModel {
  private static final String PAIRS = "pairs";

  private ForeignModel() {}

  /**
   * Opens a folder.
   *
   * @param objective what the user says that the model was trained with
   * @param warnings takes a sentence about what is assumed
   */
  static TrainedModel open(
      Path path, Configuration hadoop, Optional<String> objective, Consumer<String> warnings) {
    TrainedModel model = TrainedModel.folder(path, hadoop);
    if (objective.isPresent()) {
      return objective.get().equals(PAIRS)
          ? model.asWriter("")
          : model.withObjective(Objectives.parse(objective.get()).name());
    }
    if (ModelFolder.open(path, hadoop).statedObjective().isEmpty()) {
      warnings.accept(
          model.origin()
              + " does not say what it was trained with, so "
              + model.objectiveName()
              + " is assumed: name another with --objective (pairs if it was fine-tuned to"
              + " write).");
    }
    return model;
  }
}
