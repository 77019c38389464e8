package org.palimpsest.tasks.denoising;

import com.typesafe.config.Config;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.examples.TokenizedObjective;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.TokenizerSource;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.tasks.BatchSettings;
import org.palimpsest.tasks.ReplicaSettings;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pre-training run of a recipe.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.load(Path.of("conf/quickstart.conf")).with("training.workers = 2");
 * RunResult result = Pretraining.open(recipe, spark).run(RunListener.none()).train();
 * }</pre>
 */
public final class Pretraining {
  private static final Logger LOG = LoggerFactory.getLogger(Pretraining.class);

  private final Recipe recipe;
  private final SparkSession spark;
  private final Corpus corpus;
  private final Optional<InitialModel> start;

  private Pretraining(
      Recipe recipe, SparkSession spark, Corpus corpus, Optional<InitialModel> start) {
    this.recipe = recipe;
    this.spark = spark;
    this.corpus = corpus;
    this.start = start;
  }

  /**
   * Reads the manifest of the recipe's corpus, and opens the model from which the run begins, if
   * {@code model.from} names one. Does not start the run. If the run has checkpoints, keys that the
   * recipe does not set have their recorded values ({@link Recipe#resumed}).
   *
   * @throws PalimpsestException if the recipe or the corpus is invalid
   */
  public static Pretraining open(Recipe given, SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe recipe = given.resumed(hadoop);
    recipe.requireSecretOf("corpus.path");
    Corpus corpus = Corpus.open(new Path(CorpusSettings.from(recipe.config()).path()), hadoop);
    Optional<InitialModel> start = InitialModel.of(recipe, hadoop);
    Recipe complete = start.map(model -> model.withModel(corpus)).orElse(recipe);
    return new Pretraining(complete, spark, corpus, start);
  }

  /**
   * The settings with which a recipe's corpus is prepared. With {@code model.from} and {@code
   * tokenizer.from-model}, its tokenizer is that of the model, with the special tokens that the
   * objective needs.
   *
   * @throws PalimpsestException of kind INPUT if there is no such model
   */
  public static CorpusSettings corpusSettings(Recipe recipe, Configuration hadoop) {
    CorpusSettings settings = CorpusSettings.from(recipe.config());
    Config tokenizer = recipe.section("tokenizer");
    boolean isGiven = !tokenizer.getString("path").isEmpty();
    if (isGiven) {
      return settings;
    }
    Optional<InitialModel> model =
        tokenizer.getBoolean("from-model")
            ? InitialModel.of(recipe.fromScratch(), hadoop)
            : Optional.empty();
    if (model.isEmpty() && new Section("tokenizer", tokenizer).whole("extend", 0) > 0) {
      throw PalimpsestException.configuration(
          "tokenizer.extend adds entries to a tokenizer that exists: name it with model.from or"
              + " tokenizer.path, or set tokenizer.train.size for a new one.");
    }
    return model
        .map(InitialModel::tokenizer)
        .map(TokenizerSource.Given::new)
        .map(given -> settings.withTokenizer(TokenizerSource.extended(given, tokenizer)))
        .orElse(settings);
  }

  /**
   * The settings with which text is added to a recipe's corpus: keys that the recipe does not set
   * have the values with which the corpus was prepared.
   *
   * @throws PalimpsestException of kind INPUT if there is no corpus
   */
  public static CorpusSettings additionSettings(Recipe recipe, Configuration hadoop) {
    return new Addition(recipe, hadoop).settings();
  }

  /** The recipe of the run, with recorded values and the shape of the model. */
  public Recipe recipe() {
    return recipe;
  }

  /** The run, which may have checkpoints already. {@link Run#train} starts or resumes it. */
  public Run<Batch> run(RunListener listener) {
    DenoisingWorkload workload = workload();
    DenoisingSettings settings = workload.settings();
    byte[] presets = recipe.presets(settings.model(), settings.objective().describe());
    Map<String, byte[]> attachments = new TreeMap<>();
    attachments.put(Checkpoint.TOKENIZER, corpus.tokenizerFile().json());
    attachments.put(Checkpoint.PRESETS, presets);
    attachments.putAll(ofFirstModel());
    return Run.of(recipe, spark, workload, attachments, listener)
        .evaluatedBy(
            checkpoint -> heldOutLoss(checkpoint, workload.data()),
            () -> open(recipe.fromScratch(), spark).run(listener));
  }

  /** What checkpoints keep of the model from which the run begins, or began. */
  private Map<String, byte[]> ofFirstModel() {
    if (start.isPresent() || recipe.section("model").getString("from").isEmpty()) {
      return start.map(initial -> initial.model().attachments()).orElse(Map.of());
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try {
      return new Checkpoints(recipe.checkpointPath(), hadoop)
          .newestWithRecipe()
          .map(checkpoint -> TrainedModel.of(checkpoint, hadoop).attachments())
          .orElse(Map.of());
    } catch (PalimpsestException e) {
      // Resuming finds out which checkpoint is good; a damaged one must not stop it here.
      LOG.warn("The settings of generation are lost: {}", e.getMessage());
      return Map.of();
    }
  }

  /** Measured on what was held out of the text that the run has read. */
  private double heldOutLoss(Checkpoint checkpoint, CorpusPhases data) {
    TrainedModel model = TrainedModel.of(checkpoint, spark.sparkContext().hadoopConfiguration());
    return Evaluation.of(recipe, spark, data.corpusOf(checkpoint.state())).loss(model);
  }

  public DenoisingWorkload workload() {
    BlockOrder.Kind order = corpus.order(recipe.config());
    DenoisingSettings settings = settings();
    InitialParameters initial =
        start
            .map(model -> model.parameters(settings.model(), corpus))
            .orElseGet(() -> newParameters(settings.model()));
    CorpusPhases data = CorpusPhases.ofNewRun(corpus, NewData.from(recipe, order));
    return new DenoisingWorkload(data, order, settings, initial);
  }

  private InitialParameters newParameters(ModelSpec model) {
    return model.has(Feature.HEAD_BIAS)
        ? new FrequencyBias(corpus.training(), corpus.vocabulary(), model)
        : InitialParameters.random();
  }

  private DenoisingSettings settings() {
    Vocabulary vocabulary = corpus.vocabulary();
    ModelSpec spec = ModelSettings.from(recipe.section("model"), vocabulary);
    ModelSettings.requireRows(spec, vocabulary);
    return new DenoisingSettings(
        ReplicaSettings.from(recipe, spec),
        new DenoisingSettings.Examples(
            TokenizedObjective.of(Objectives.parse(recipe.objective()), corpus.tokenizerFile()),
            vocabulary,
            corpus.blockSize()),
        BatchSettings.from(recipe));
  }
}
