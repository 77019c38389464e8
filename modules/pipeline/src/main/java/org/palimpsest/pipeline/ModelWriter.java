package org.palimpsest.pipeline;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;
import org.palimpsest.evaluation.inference.Exporter;
import org.palimpsest.pipeline.failure.NamedFailures;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.huggingface.ModelFolder;

/**
 * Writes a model as a folder that Spark ML, this project and Hugging Face's tools load: a model
 * folder, with the params in {@code metadata} and the history of the training in {@code history}.
 */
final class ModelWriter extends MLWriter {
  private final EncoderDecoderModel model;

  ModelWriter(EncoderDecoderModel model) {
    this.model = model;
  }

  @Override
  public void saveImpl(String path) {
    NamedFailures.ofRunnable(() -> write(path));
  }

  private void write(String path) {
    Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
    ModelFolder unused = Exporter.export(model.trained(), new Path(path), hadoop);
    if (model.hasSummary()) {
      model.summary().write(new StoredFolder(new Path(path, TrainingHistory.FOLDER), hadoop));
    }
    // Last, because readers of Spark ML begin with it.
    new DefaultParamsWriter(model).saveImpl(path);
  }

  /**
   * Writes where the model is, for the cache of Spark Connect's server, instead of the model. Spark
   * 3.5 has no such method.
   *
   * @param path a folder of the driver's machine that does not exist yet
   */
  @SuppressWarnings("MissingOverride")
  public void saveToLocal(String path) {
    ModelPointer.to(model).write(ModelPointer.local(path));
  }
}
