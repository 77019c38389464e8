package org.palimpsest.evaluation.inference;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.huggingface.ModelFolder;

/** Exports a model to a Hugging Face folder. */
public final class Exporter {
  private Exporter() {}

  /**
   * Writes a model folder, or replaces the model in it.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if the folder has other files
   */
  public static ModelFolder export(TrainedModel model, Path target, Configuration hadoop) {
    HeapVector parameters =
        new HeapVector(Math.toIntExact(ParameterLayout.of(model.spec()).size()));
    model.weights().read(parameters);
    ModelFolder.write(
        target,
        hadoop,
        new ModelFolder.Content(
            model.spec(), parameters, model.tokenizer().json(), model.objective()));
    return ModelFolder.open(target, hadoop);
  }
}
