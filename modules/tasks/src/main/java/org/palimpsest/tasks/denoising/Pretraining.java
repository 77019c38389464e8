package org.palimpsest.tasks.denoising;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.tasks.BatchSettings;
import org.palimpsest.tasks.ReplicaSettings;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;

/**
 * The pre-training run of a recipe.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.load(Path.of("conf/quickstart.conf")).with("training.workers = 2");
 * RunResult result = Pretraining.open(recipe, spark).run(RunListener.none()).train();
 * }</pre>
 */
public record Pretraining(Recipe recipe, SparkSession spark, Corpus corpus) {

  /**
   * Reads the manifest of the recipe's corpus, without starting the run. If the run has
   * checkpoints, keys that the recipe does not set have their recorded values ({@link
   * Recipe#resumed}).
   *
   * @throws PalimpsestException if the recipe or the corpus is invalid
   */
  public static Pretraining open(Recipe given, SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Recipe recipe = given.resumed(hadoop);
    Path path = new Path(CorpusSettings.from(recipe.config()).path());
    return new Pretraining(recipe, spark, Corpus.open(path, hadoop));
  }

  /** The run, which may have checkpoints already. {@link Run#train} starts or resumes it. */
  public Run<Batch> run(RunListener listener) {
    DenoisingWorkload workload = workload();
    DenoisingSettings settings = workload.settings();
    byte[] presets = recipe.presets(settings.model(), settings.objective().describe());
    Map<String, byte[]> attachments =
        Map.of(Checkpoint.TOKENIZER, corpus.tokenizerFile().json(), Checkpoint.PRESETS, presets);
    return Run.of(recipe, spark, workload, attachments, listener)
        .evaluatedBy(this::heldOutLoss, () -> open(recipe.fromScratch(), spark).run(listener));
  }

  private double heldOutLoss(Checkpoint checkpoint) {
    TrainedModel model = TrainedModel.of(checkpoint, spark.sparkContext().hadoopConfiguration());
    return Evaluation.of(recipe, spark, corpus).loss(model);
  }

  public DenoisingWorkload workload() {
    BlockOrder.Kind order = corpus.order(recipe.config());
    return new DenoisingWorkload(
        corpus.training(), order, settings(), fingerprint(corpus.manifest(), order));
  }

  private DenoisingSettings settings() {
    Vocabulary vocabulary = corpus.vocabulary();
    return new DenoisingSettings(
        ReplicaSettings.from(recipe, ModelSettings.from(recipe.section("model"), vocabulary)),
        new DenoisingSettings.Examples(
            Objectives.parse(recipe.objective()), vocabulary, corpus.blockSize()),
        BatchSettings.from(recipe));
  }

  /**
   * Identifies the corpus by the checksums of its tokenizer and its lanes, wherever it is stored,
   * and the order in which the run reads it. Checkpoints of earlier releases have no suffix for the
   * order, which was that of the lanes.
   */
  private static String fingerprint(Manifest manifest, BlockOrder.Kind order) {
    StringBuilder all = new StringBuilder(manifest.tokenizer().sha256());
    for (Manifest.LaneEntry lane : manifest.training().lanes()) {
      StoredFile file = lane.file();
      all.append(file.sha256());
    }
    String suffix = order == BlockOrder.Kind.LANES ? "" : "-" + Section.kebab(order);
    return Digests.sha256Hex(all.toString()) + suffix;
  }
}
