package org.palimpsest.pipeline;

import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.training.config.Recipe;

/**
 * An estimator that trains a model in a run: with checkpoints, on several workers, resumed by the
 * next fit.
 *
 * @param <S> the estimator itself
 */
public abstract class TrainingEstimator<S extends TrainingEstimator<S>> extends TrainingParams<S>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String stage;

  TrainingEstimator(String uid, String stage) {
    super(uid, stage);
    this.stage = stage;
  }

  /**
   * Trains a model in the folder of the run: from the newest checkpoint if there is one. If the run
   * is finished, it returns its model at once. A fit that was stopped or reached its time limit
   * returns the model of its last checkpoint, whose summary says so.
   *
   * @throws org.palimpsest.base.PalimpsestException if the params, the data or the cluster do not
   *     permit it, in a sentence that says what to do
   */
  @Override
  public final EncoderDecoderModel fit(Dataset<?> data) {
    return new Training(this, data).run();
  }

  /** The columns that a fit reads. */
  abstract TrainingData data(Dataset<?> data, Recipe recipe);

  /** Prepares the data, and opens the run. */
  abstract PreparedRun prepare(TrainingData data, Recipe recipe);

  /** The column of the sources, which is the input of the model. */
  abstract String inputColumn(Recipe recipe);

  /** The name of this stage in the table of params. */
  final String stage() {
    return stage;
  }

  /** Whether a fit begins at step 0, whatever the folder of the run contains. */
  final boolean isFresh() {
    return Choices.of("resume", getOrDefault(resume()), "auto", "fresh").equals("fresh");
  }

  /** The schema that the model returns. */
  @Override
  public final StructType transformSchema(StructType schema) {
    Recipe recipe =
        StageRecipe.of(this, SparkSession.active().sparkContext().hadoopConfiguration());
    return new EncoderDecoderModel().setInputCol(inputColumn(recipe)).transformSchema(schema);
  }

  @Override
  public final MLWriter write() {
    return DefaultParamsWritable.super.write();
  }
}
