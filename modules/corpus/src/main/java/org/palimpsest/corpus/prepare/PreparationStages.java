package org.palimpsest.corpus.prepare;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.clean.Cleaning;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.config.LanguageSampling;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.source.TextSource;
import org.palimpsest.corpus.spark.Failures;
import org.palimpsest.corpus.store.LaneKey;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.corpus.tokenize.TokenizerSource;
import org.palimpsest.corpus.tokenize.TokenizerTrainer;

/** The stages of a preparation on Spark, named in its UI; failures become sentences. */
final class PreparationStages {
  private static final String JOB_DESCRIPTION = "spark.job.description";

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final CorpusSettings settings;

  PreparationStages(SparkSession session, CorpusSettings settings) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.settings = settings;
  }

  /**
   * Reads and cleans text.
   *
   * @param known fingerprints of texts that are dropped
   */
  JavaRDD<Reading> cleaned(TextSource text, Optional<JavaRDD<ReadingId>> known) {
    LanguageWeights languages = languages(text);
    return described(
        "Clean",
        () ->
            Cleaning.clean(
                taskBounds().bounded(text.read(session), text::bytes),
                settings.cleaning(),
                new Repetition(settings.seed(), languages),
                known));
  }

  private LanguageWeights languages(TextSource text) {
    LanguageSampling sampling = settings.texts().languages();
    return sampling.isUnchanged()
        ? LanguageWeights.none()
        : described("Count languages", () -> LanguageWeights.count(text.read(session), sampling));
  }

  private TaskBounds taskBounds() {
    return TaskBounds.of(
        new LanePlan(settings).numPartitions(), settings.cleaning().searchesDuplicates());
  }

  /** Trains the tokenizer, or extends the given one. */
  TokenizerFile trainTokenizer(JavaRDD<Reading> documents, long bytes) {
    return described(
        "Count words",
        () ->
            settings.tokenizer() instanceof TokenizerSource.Extended extended
                ? TokenizerTrainer.extend(documents, bytes, extended, settings.seed())
                : TokenizerTrainer.train(
                    documents,
                    bytes,
                    (TokenizerSource.Trained) settings.tokenizer(),
                    settings.cleaning().normalization().unicode(),
                    settings.seed()));
  }

  /** Tokenizes documents and writes them to lanes; returns the reports by partition. */
  List<LaneReport> writeLanes(
      StoreWriter<Manifest> writer,
      JavaRDD<Reading> documents,
      TokenizerFile tokenizer,
      LanePlan plan) {
    Broadcast<TokenizerFile> shared = spark.broadcast(tokenizer);
    try {
      JavaPairRDD<LaneKey, Shuffled> encoded =
          described(
              "Tokenize",
              () -> documents.mapPartitionsToPair(new DocumentEncoder(shared, plan, settings)));
      return described(
          "Write lanes", () -> writer.write(encoded, plan, new LaneTask(shared, plan, settings)));
    } finally {
      shared.destroy();
    }
  }

  private interface Work<T> {
    T done();
  }

  private <T> T described(String description, Work<T> work) {
    String before = spark.getLocalProperty(JOB_DESCRIPTION);
    spark.setLocalProperty(JOB_DESCRIPTION, description);
    spark.setCallSite(description);
    try {
      return work.done();
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw Failures.of(description, e);
    } finally {
      spark.setLocalProperty(JOB_DESCRIPTION, before);
      spark.clearCallSite();
    }
  }
}
