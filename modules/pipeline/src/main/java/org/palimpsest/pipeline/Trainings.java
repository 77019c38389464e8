package org.palimpsest.pipeline;

import org.apache.spark.sql.Dataset;

/** Starts fits that do not block the caller, as notebooks need them. */
public final class Trainings {
  private Trainings() {}

  /**
   * Starts a fit in its own thread and returns at once.
   *
   * @param estimator a {@link DenoisingPretrainer} or a {@link Seq2SeqFineTuner}; later changes of
   *     its params have no effect on this fit
   */
  public static Training start(TrainingEstimator<?> estimator, Dataset<?> data) {
    return Training.start((TrainingEstimator<?>) estimator.copy(estimator.extractParamMap()), data);
  }
}
