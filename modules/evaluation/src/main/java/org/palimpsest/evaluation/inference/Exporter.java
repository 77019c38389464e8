package org.palimpsest.evaluation.inference;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.LocalVector;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.storage.huggingface.Publication;

/**
 * Exports a model to a Hugging Face folder. The parameters pass through a file of four bytes per
 * parameter on a local disk, so the heap does not grow with the model.
 */
public final class Exporter {
  private static final String LOCAL_FOLDERS = "SPARK_LOCAL_DIRS";

  private Exporter() {}

  /**
   * Writes a model folder, or replaces the model in it.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if the folder has other files; of
   *     kind CLUSTER if the local disk has no room
   */
  public static ModelFolder export(TrainedModel model, Path target, Configuration hadoop) {
    return export(model, target, hadoop, ModelFolder::write);
  }

  /**
   * As {@link #export(TrainedModel, Path, Configuration)}, ready to be published.
   *
   * @param publication what is added for that
   */
  public static ModelFolder export(
      TrainedModel model, Path target, Configuration hadoop, Publication publication) {
    return export(
        model,
        target,
        hadoop,
        (path, files, content) -> ModelFolder.write(path, files, content, publication));
  }

  private interface Writer {
    void write(Path target, Configuration hadoop, ModelFolder.Content content);
  }

  private static ModelFolder export(
      TrainedModel model, Path target, Configuration hadoop, Writer writer) {
    try (LocalVector parameters = parameters(model, localFolder())) {
      writer.write(
          target,
          hadoop,
          new ModelFolder.Content(
              model.spec(),
              parameters,
              model.tokenizerForOthers().json(),
              model.objective(),
              model.generation(),
              model.type(),
              model.weights().targetTokenizer()));
    }
    return ModelFolder.open(target, hadoop);
  }

  /** Copies the parameters, and verifies them, before the target changes. */
  static LocalVector parameters(TrainedModel model, java.nio.file.Path folder) {
    long size = ParameterLayout.of(model.spec()).size();
    try {
      LocalVector parameters = LocalVector.create(size, folder);
      try {
        model.weights().read(parameters);
        return parameters;
      } catch (RuntimeException e) {
        parameters.close();
        throw e;
      }
    } catch (IOException e) {
      throw noRoom(size, folder, e);
    } catch (UncheckedIOException e) {
      throw noRoom(size, folder, e.getCause());
    }
  }

  private static PalimpsestException noRoom(long size, java.nio.file.Path folder, IOException e) {
    return new PalimpsestException(
        PalimpsestException.Kind.CLUSTER,
        "The export needs a temporary file of "
            + size * Float.BYTES
            + " bytes, which cannot be written to "
            + folder
            + " ("
            + Reason.of(e)
            + "): set "
            + LOCAL_FOLDERS
            + " to a larger disk.",
        e);
  }

  /** Where Spark has its own blocks, if the environment says so. */
  private static java.nio.file.Path localFolder() {
    return Optional.ofNullable(System.getenv(LOCAL_FOLDERS))
        .map(folders -> folders.split(",", -1)[0])
        .filter(folder -> new File(folder).isDirectory())
        .map(java.nio.file.Path::of)
        .orElse(java.nio.file.Path.of(System.getProperty("java.io.tmpdir")));
  }
}
