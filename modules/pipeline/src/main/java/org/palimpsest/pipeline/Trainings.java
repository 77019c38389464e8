package org.palimpsest.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.pipeline.progress.JsonText;
import org.palimpsest.pipeline.progress.RunFiles;
import org.palimpsest.tasks.denoising.Doctor;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.run.RemoteStop;

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

  /**
   * Prepares the corpus of a pre-training without training: the tokenizer, and the texts in blocks.
   *
   * @return the folder of the run
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if it was prepared from other
   *     texts
   */
  public static String prepare(DenoisingPretrainer estimator, Dataset<?> data) {
    Recipe described =
        StageRecipe.of(estimator, data.sparkSession().sparkContext().hadoopConfiguration());
    TrainingData columns = estimator.data(data, described);
    Recipe recipe = StageRecipe.placed(described, estimator, columns);
    PreparedRun unused = estimator.prepare(columns, recipe);
    return recipe.directory();
  }

  /**
   * The state of a run that another program or notebook trains, as its folder shows it: the fields
   * of {@link Training#snapshot}, as of the newest checkpoint. What the folder does not show is
   * null.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if no training has begun there
   */
  public static String snapshot(SparkSession session, String runDir) {
    return new RunFiles(runDir, session.sparkContext().hadoopConfiguration()).json();
  }

  /**
   * Stops a run that another program or notebook trains at a checkpoint, and waits until it has
   * ended.
   *
   * @return false if no run is active
   * @throws org.palimpsest.base.PalimpsestException of kind CLUSTER if it does not end
   */
  public static boolean stop(SparkSession session, String runDir) {
    Recipe recipe = Recipe.defaults().with("run.directory = " + StageRecipe.hocon(runDir));
    return new RemoteStop(recipe, session.sparkContext().hadoopConfiguration()).stop();
  }

  /**
   * Checks whether the session can train what an estimator describes, as {@code palimpsest doctor}
   * does: a JSON array of objects with {@code check}, {@code verdict} (ok, warn, fail) and {@code
   * sentence}.
   */
  public static String doctor(DenoisingPretrainer estimator, SparkSession session) {
    Recipe recipe = StageRecipe.of(estimator, session.sparkContext().hadoopConfiguration());
    List<Map<String, String>> findings =
        new Doctor(recipe, session)
            .examine().stream()
                .map(
                    finding ->
                        Map.of(
                            "check", finding.check(),
                            "verdict", finding.verdict().name().toLowerCase(Locale.ROOT),
                            "sentence", finding.sentence()))
                .toList();
    return JsonText.of(findings);
  }
}
