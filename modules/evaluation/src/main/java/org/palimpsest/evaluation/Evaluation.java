package org.palimpsest.evaluation;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.EvaluationReport.RestoredSpans;
import org.palimpsest.evaluation.inference.Restoration;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.WorkerResources;

/**
 * Scores a model on the held-out split of a corpus. The noise is a function of {@code
 * evaluation.seed} alone, so that models with the same objective and corpus are scored on the same
 * examples.
 */
public final class Evaluation {
  /** Texts that a score restores whole. */
  private static final int RESTORED_TEXTS = 64;

  private final JavaSparkContext spark;
  private final EvaluationSettings settings;
  private final Corpus corpus;
  private final WorkerResources resources;

  private Evaluation(
      JavaSparkContext spark,
      EvaluationSettings settings,
      Corpus corpus,
      WorkerResources resources) {
    this.spark = spark;
    this.settings = settings;
    this.corpus = corpus;
    this.resources = resources;
  }

  /**
   * Opens the evaluation that a recipe describes: its corpus, its objective, {@code evaluation.*}.
   * Keys that the recipe does not set have the values that its run recorded.
   *
   * @throws PalimpsestException of kind INPUT if there is no corpus, or if it has no held-out split
   */
  public static Evaluation open(Recipe given, SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Recipe recipe = given.resumed(context.hadoopConfiguration());
    recipe.requireSecretOf("corpus.path");
    Path path = new Path(CorpusSettings.from(recipe.config()).path());
    return of(recipe, spark, Corpus.open(path, context.hadoopConfiguration()));
  }

  /**
   * Creates the evaluation that a recipe describes, on a corpus that is open already: that of a
   * run, which another one may have replaced at its path since.
   *
   * @param recipe as it is, without values that a run recorded
   * @throws PalimpsestException of kind INPUT if the corpus has no held-out split
   */
  public static Evaluation of(Recipe recipe, SparkSession spark, Corpus corpus) {
    return new Evaluation(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        EvaluationSettings.from(recipe, corpus),
        corpus,
        WorkerResources.from(recipe));
  }

  /**
   * Scores the model.
   *
   * @throws PalimpsestException of kind INPUT if the model and the corpus have different tokenizers
   */
  public EvaluationReport score(TrainedModel model) {
    long start = System.nanoTime();
    requireTokenizer(model);
    HeldOut heldOut = new HeldOut(corpus.validation(), settings);
    ModelSums sums = modelTally(model, heldOut);
    BaselineModels.Result baselines = BaselineModels.score(spark, corpus, heldOut);
    Tokenizer tokenizer = corpus.tokenizer();
    RestoredSpans restored =
        SpanScores.of(
            restored(model, RESTORED_TEXTS),
            id -> tokenizer.decode(new int[] {id}),
            baselines.occurrences());
    double seconds = (System.nanoTime() - start) / 1e9;
    return sums.report(model.origin(), settings, baselines.scores(), restored, seconds);
  }

  /**
   * Compares two models on the same corrupted text, document by document.
   *
   * @throws PalimpsestException of kind INPUT if a model and the corpus have different tokenizers
   */
  public ModelComparison compare(TrainedModel first, TrainedModel second) {
    requireTokenizer(first);
    requireTokenizer(second);
    HeldOut heldOut = new HeldOut(corpus.validation(), settings);
    ModelSums one = modelTally(first, heldOut);
    ModelSums other = modelTally(second, heldOut);
    long seed = settings.seed();
    return new ModelComparison(
        settings.objective().name(),
        seed,
        one.sample(),
        one.ofBlocks().documents(),
        new ModelComparison.Scored(first.origin(), ModelComparison.Losses.of(one.ofBlocks(), seed)),
        new ModelComparison.Scored(
            second.origin(), ModelComparison.Losses.of(other.ofBlocks(), seed)),
        ModelComparison.Losses.of(one.ofBlocks(), other.ofBlocks(), seed));
  }

  /**
   * Losses and accuracies by what happened to a token, without baselines and without restoring.
   *
   * @throws PalimpsestException of kind INPUT if the model and the corpus have different tokenizers
   */
  public HeldOutScores heldOut(TrainedModel model) {
    requireTokenizer(model);
    ModelSums sums = modelTally(model, new HeldOut(corpus.validation(), settings));
    return HeldOutScores.of(sums.ofBlocks(), settings.seed());
  }

  /**
   * The loss in nats per counted target token, without baselines; for evaluations during a run.
   *
   * @throws PalimpsestException of kind INPUT if the model and the corpus have different tokenizers
   */
  public double loss(TrainedModel model) {
    requireTokenizer(model);
    return modelTally(model, new HeldOut(corpus.validation(), settings)).meanLoss();
  }

  /**
   * Restorations of a few held-out texts of a readable length, to look at during a run. They are
   * the same texts with the same noise each time, and at most 64 tokens of each are generated.
   *
   * @param count number of texts; the split may have fewer
   * @throws PalimpsestException of kind INPUT if the model and the corpus have different tokenizers
   */
  public List<Restoration> restorations(TrainedModel model, int count) {
    requireTokenizer(model);
    return restored(model, count).stream().map(RestoringTask.Restored::restoration).toList();
  }

  private List<RestoringTask.Restored> restored(TrainedModel model, int count) {
    RestoringTask task = new RestoringTask(model, corpus.validation(), settings, count);
    return resources
        .on(spark.parallelize(List.of(0), 1))
        .flatMap(unused -> task.restore().iterator())
        .collect();
  }

  private ModelSums modelTally(TrainedModel model, HeldOut heldOut) {
    ScoringTask task = new ScoringTask(model, heldOut);
    // In order of the tasks, so that the sum does not depend on which task ends first.
    List<ModelSums> parts = heldOut.perWorker(spark, resources, task::score).collect();
    return parts.stream().reduce(new ModelSums(), ModelSums::plus);
  }

  private void requireTokenizer(TrainedModel model) {
    if (!model.tokenizer().encodesLike(corpus.tokenizerFile())) {
      throw PalimpsestException.input(
          "The model "
              + model.origin()
              + " and the corpus "
              + corpus.path()
              + " have different tokenizers: set corpus.path to a corpus that was prepared with"
              + " the tokenizer of the model.");
    }
  }
}
