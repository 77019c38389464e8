package org.palimpsest.tasks.finetuning;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.store.RejectionCounts;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.tasks.BatchSettings;
import org.palimpsest.tasks.ReplicaSettings;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;
import org.palimpsest.training.run.RunCheckpoints;

/**
 * A fine-tuning as a recipe describes it: the initial model and the pairs. It is an ordinary run
 * with another workload.
 */
public final class FineTuning {
  private static final String PAIRS = "pairs";

  private final Recipe recipe;
  private final SparkSession spark;
  private final TrainedModel start;
  private final PairStore store;

  private FineTuning(Recipe recipe, SparkSession spark, TrainedModel start, PairStore store) {
    this.recipe = recipe;
    this.spark = spark;
    this.start = start;
    this.store = store;
  }

  /**
   * Opens the model and the pairs, and encodes the pairs if needed.
   *
   * @throws PalimpsestException if the model or the pairs cannot be used
   */
  public static FineTuning open(Recipe given, SparkSession spark) {
    return open(given, spark, settings -> new PairFiles(spark, settings).rows());
  }

  /**
   * Opens the model and encodes the pairs of a data set, or opens them if they are encoded already.
   *
   * @param given {@code finetune.input} identifies the pairs
   * @param pairs two columns of type string: source and target
   * @throws PalimpsestException if the model or the pairs cannot be used
   */
  public static FineTuning open(Recipe given, SparkSession spark, Dataset<Row> pairs) {
    return open(given, spark, settings -> PairFiles.rows(pairs));
  }

  private static FineTuning open(
      Recipe given, SparkSession spark, Function<PairSettings, Dataset<Row>> rows) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe recipe = given.resumed(hadoop);
    TrainedModel start = start(recipe, hadoop);
    PairSettings settings =
        PairSettings.from(recipe.section("finetune"), start.spec().positions(), recipe.seed());
    Path path = new Path(recipe.directory(), PAIRS);
    PairStore store =
        PairStore.open(
            new StoredFolder(path, hadoop),
            settings,
            new PairTokenizers(start.tokenizer(), start.targetTokenizer()),
            lease(recipe),
            () -> rows.apply(settings));
    return new FineTuning(withModel(recipe, start), spark, start, store);
  }

  /**
   * The {@code finetune.input} from which the pairs of a recipe's run were encoded, if any were.
   */
  public static Optional<String> encodedInput(Recipe recipe, Configuration hadoop) {
    StoredFolder pairs = new StoredFolder(new Path(recipe.directory(), PAIRS), hadoop);
    return pairs.hasManifest()
        ? Optional.ofNullable(PairManifest.store(pairs).read().settings().get("finetune.input"))
        : Optional.empty();
  }

  /**
   * Deletes the checkpoints and the encoded pairs of a recipe's run.
   *
   * @throws PalimpsestException of kind CLUSTER if the run is active or its pairs are being
   *     encoded; then nothing is deleted
   */
  public static void startOver(Recipe recipe, Configuration hadoop) {
    RunCheckpoints checkpoints = new RunCheckpoints(recipe.fromScratch(), hadoop);
    StoredFolder pairs = new StoredFolder(new Path(recipe.directory(), PAIRS), hadoop);
    if (pairs.files().isEmpty()) {
      checkpoints.startOver(() -> {});
    } else {
      PairManifest.store(pairs).delete(lease(recipe), checkpoints::startOver);
    }
  }

  private static Duration lease(Recipe recipe) {
    return new Section("checkpoint", recipe.section("checkpoint")).duration("lease");
  }

  private static TrainedModel start(Recipe recipe, Configuration hadoop) {
    recipe.requireSecretOf("finetune.from");
    String from = recipe.section("finetune").getString("from");
    if (from.isEmpty()) {
      throw PalimpsestException.configuration(
          "finetune.from is empty: name a model folder, or the directory of a run.");
    }
    Path path = new Path(from);
    if (path.equals(new Path(recipe.directory()))) {
      throw PalimpsestException.configuration(
          "finetune.from is the run's own directory " + from + ": choose another run.directory.");
    }
    Section section = new Section("finetune", recipe.section("finetune"));
    return TrainedModel.at(path, hadoop)
        .withLanguages(section.text("source-language"), section.text("target-language"));
  }

  /**
   * Returns the recipe with the shape of the model, which checkpoints record. Dropout can be set in
   * the recipe.
   */
  private static Recipe withModel(Recipe recipe, TrainedModel start) {
    DropoutRates dropouts =
        ModelSettings.dropouts(recipe.section("model"), start.spec().dropouts());
    return recipe
        .with(assignments(start, dropouts))
        .with("model.type=\"" + start.type() + "\"")
        .with("objective=" + start.pretrainingObjectiveText());
  }

  /**
   * Without the decoder's first input where it is the tokenizer's, as recipes of earlier versions
   * have none.
   */
  private static List<String> assignments(TrainedModel start, DropoutRates dropouts) {
    ModelSpec spec = start.spec();
    int usual = start.tokenizer().tokenizer().vocabulary().decoderStart();
    return ModelSettings.assignments(spec.with(dropouts)).stream()
        .filter(
            assignment ->
                spec.decoderStart() != usual || !assignment.startsWith("model.decoder-start="))
        .toList();
  }

  /** Returns the run, new or resumed. */
  public Run<Batch> run(RunListener listener) {
    Run<Batch> run = Run.of(recipe, spark, workload(), attachments(), listener);
    return store.validation().pairs() > 0 ? run.evaluatedBy(this::heldOutLoss) : run;
  }

  private Map<String, byte[]> attachments() {
    Map<String, byte[]> attachments = new TreeMap<>();
    attachments.put(Checkpoint.TOKENIZER, start.tokenizer().json());
    attachments.put(
        Checkpoint.PRESETS,
        recipe.presets(spec(), Objectives.parse(recipe.objective()).describe()));
    attachments.putAll(start.attachments());
    return attachments;
  }

  private double heldOutLoss(Checkpoint checkpoint) {
    TrainedModel model = TrainedModel.of(checkpoint, spark.sparkContext().hadoopConfiguration());
    return evaluation().loss(model);
  }

  FineTuningWorkload workload() {
    ModelSpec spec = spec();
    return new FineTuningWorkload(
        store.training(),
        frame(),
        ReplicaSettings.from(recipe, spec),
        BatchSettings.from(recipe),
        start.withSpec(spec),
        fingerprint());
  }

  /** Returns the model as the run's checkpoints record it. */
  private ModelSpec spec() {
    return ModelSettings.from(recipe.section("model"), start.tokenizer().tokenizer().vocabulary());
  }

  private PairFrame frame() {
    return new PairFrame(spec().tokens(), start.asWriter("").frames());
  }

  private String fingerprint() {
    return String.join(
        ":",
        List.of(
            start.tokenizer().sha256().substring(0, 16),
            Integer.toHexString(store.training().checksums().hashCode()),
            Long.toString(store.training().pairs())));
  }

  /** Returns the number of training, held-out, truncated and rejected pairs in one line. */
  public String summary() {
    PairManifest manifest = store.manifest();
    long rejected = manifest.rejected().values().stream().mapToLong(Long::longValue).sum();
    return "%,d training pairs, %,d held out, %,d sources and %,d targets truncated, %,d records rejected%s."
        .formatted(
            manifest.pairs(),
            manifest.validation().rows(),
            manifest.cutSources(),
            manifest.cutTargets(),
            rejected,
            rejected == 0 ? "" : ": " + RejectionCounts.describe(manifest.rejected()));
  }

  /**
   * Generates the targets of held-out pairs and scores them.
   *
   * @throws PalimpsestException of kind INPUT if no pair is held out
   */
  public PairReport evaluate(TrainedModel model) {
    return evaluation().score(model);
  }

  /**
   * Generates the targets of a few held-out pairs, to look at during a run: the same pairs each
   * time, and at most 64 tokens of each.
   *
   * @param count number of pairs, up to 5
   */
  public List<PairReport.Sample> samples(TrainedModel model, int count) {
    return evaluation().samples(model, count);
  }

  private PairEvaluation evaluation() {
    return new PairEvaluation(spark, recipe, store.validation(), frame());
  }

  /** Returns the newest model of this run. */
  public TrainedModel newest() {
    return TrainedModel.newest(recipe, spark.sparkContext().hadoopConfiguration());
  }
}
