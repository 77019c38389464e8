package org.palimpsest.pipeline;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.pipeline.failure.NamedFailures;
import org.palimpsest.storage.StoredFolder;
import scala.Option;

/** Reads what {@link ModelWriter} wrote, and any other model folder with the default params. */
final class ModelReader extends MLReader<EncoderDecoderModel> {
  @Override
  public EncoderDecoderModel load(String path) {
    return NamedFailures.of(() -> read(path));
  }

  private EncoderDecoderModel read(String path) {
    Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
    StoredFolder folder = new StoredFolder(new Path(path), hadoop);
    EncoderDecoderModel params =
        folder.exists("metadata")
            ? new DefaultParamsReader<EncoderDecoderModel>().load(path)
            : new EncoderDecoderModel();
    Option<TrainingHistory> history =
        folder.exists(TrainingHistory.FOLDER)
            ? Option.apply(TrainingHistory.read(folder.child(TrainingHistory.FOLDER)))
            : Option.empty();
    return params.loaded(TrainedModel.folder(folder.path(), hadoop), history);
  }

  /** Reads what {@link ModelWriter#saveToLocal} wrote. Spark 3.5 has no such method. */
  @SuppressWarnings("MissingOverride")
  public EncoderDecoderModel loadFromLocal(String path) {
    return ModelPointer.read(ModelPointer.local(path))
        .model(sparkSession().sparkContext().hadoopConfiguration());
  }
}
