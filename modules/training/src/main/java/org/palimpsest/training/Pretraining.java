package org.palimpsest.training;

import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.Corpus;
import org.palimpsest.corpus.CorpusSettings;
import org.palimpsest.corpus.Manifest;
import org.palimpsest.model.Batch;
import org.palimpsest.model.ModelSettings;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.OptimizerSettings;
import org.palimpsest.model.Section;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.objective.Objectives;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.evaluation.Evaluation;
import org.palimpsest.training.trained.TrainedModel;

/** What a recipe for pre-training names: its corpus, its objective, its model. */
record Pretraining(Recipe recipe, SparkSession spark, Corpus corpus) {

  static Pretraining open(Recipe recipe, SparkSession spark) {
    Path path = new Path(CorpusSettings.from(recipe.config()).path());
    return new Pretraining(
        recipe, spark, Corpus.open(path, spark.sparkContext().hadoopConfiguration()));
  }

  Run<Batch> run(RunListener listener) {
    Map<String, byte[]> attachments = Map.of(Checkpoint.TOKENIZER, corpus.tokenizerFile().json());
    return Run.of(recipe, spark, workload(), attachments, listener).evaluatedBy(this::heldOutLoss);
  }

  private double heldOutLoss(Checkpoint checkpoint) {
    TrainedModel model = TrainedModel.of(checkpoint, spark.sparkContext().hadoopConfiguration());
    return Evaluation.open(recipe, spark).loss(model);
  }

  DenoisingWorkload workload() {
    return new DenoisingWorkload(corpus.training(), settings(), fingerprint(corpus.manifest()));
  }

  private DenoisingSettings settings() {
    Section training = new Section("training", recipe.section("training"));
    Vocabulary vocabulary = corpus.vocabulary();
    return new DenoisingSettings(
        recipe.config().getString("engine"),
        ModelSettings.from(recipe.section("model"), vocabulary),
        OptimizerSettings.from(recipe.section("optimizer")).spec(),
        Numerics.from(recipe.section("training")),
        Objectives.parse(recipe.objective()),
        vocabulary,
        corpus.blockSize(),
        training.size("batch-blocks"),
        training.size("micro-batch-blocks"),
        training.size("workers"),
        recipe.seed());
  }

  /** The tokenizer and the lanes, by their checksums: the same corpus at any place. */
  private static String fingerprint(Manifest manifest) {
    StringBuilder all = new StringBuilder(manifest.tokenizer().sha256());
    for (Manifest.LaneEntry lane : manifest.training().lanes()) {
      StoredFile file = lane.file();
      all.append(file.sha256());
    }
    return Fingerprint.of(all.toString());
  }
}
