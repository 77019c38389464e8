package org.palimpsest.corpus;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.TextSource;
import org.palimpsest.corpus.text.TextSources;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text to corpus, on Spark: read, train or load the tokenizer, tokenize, shuffle into lanes, cut
 * into blocks, and publish the manifest. A preparation that dies leaves no manifest of its own, and
 * the next one starts over; a corpus that was there stays whole until the new one replaces it. The
 * content depends on the input and the settings alone.
 */
public final class Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final String JOB_DESCRIPTION = "spark.job.description";
  private static final int REASONS_SHOWN = 5;

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final CorpusSettings settings;
  private final StoredFolder folder;

  private Preparation(SparkSession session, CorpusSettings settings) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.settings = settings;
    this.folder = new StoredFolder(new Path(settings.path()), spark.hadoopConfiguration());
  }

  /**
   * Prepares a corpus, or opens the one that is there if it was made with the same settings.
   *
   * @throws PalimpsestException of kind INPUT if the input is missing, nothing of it can be used,
   *     or too much of it cannot; of kind CONFIGURATION if a corpus with other settings is there
   */
  public static Corpus run(SparkSession session, CorpusSettings settings) {
    return new Preparation(session, settings).openOrPrepare();
  }

  /**
   * Prepares a corpus anew, whatever is there; what is there is replaced when the new one is whole.
   *
   * @throws PalimpsestException as {@link #run}, but never because of other settings
   */
  public static Corpus fresh(SparkSession session, CorpusSettings settings) {
    return new Preparation(session, settings).prepare();
  }

  private Corpus openOrPrepare() {
    if (!folder.hasManifest()) {
      return prepare();
    }
    Corpus corpus = Corpus.open(folder.path(), spark.hadoopConfiguration());
    requireSameSettings(corpus.manifest().settings(), settings.identity(givenTokenizer()));
    LOG.info("The corpus {} is prepared already.", folder.path());
    return corpus;
  }

  private Corpus prepare() {
    TextSource text = TextSources.of(settings.inputs(), settings.reading(), session);
    TokenizerFile given = settings.tokenizerPath().isEmpty() ? null : readTokenizer();
    requireFolder();
    TokenizerFile tokenizer = given == null ? trainTokenizer(text) : given;
    tokenizer.tokenizer();
    List<LaneReport> reports = writeLanes(text, tokenizer);
    Manifest manifest = manifest(tokenizer, reports);
    folder.write(Layout.TOKENIZER, out -> out.write(tokenizer.json()));
    manifest.publish(folder);
    new StoredLanes(folder).sweep(manifest);
    return Corpus.open(folder.path(), spark.hadoopConfiguration());
  }

  private TokenizerFile readTokenizer() {
    return TokenizerFile.read(new Path(settings.tokenizerPath()), spark.hadoopConfiguration());
  }

  private String givenTokenizer() {
    return settings.tokenizerPath().isEmpty() ? "" : readTokenizer().sha256();
  }

  private void requireSameSettings(Map<String, String> there, Map<String, String> wanted) {
    TreeSet<String> keys = new TreeSet<>(there.keySet());
    keys.addAll(wanted.keySet());
    for (String key : keys) {
      String old = there.getOrDefault(key, "absent");
      String asked = wanted.getOrDefault(key, "absent");
      if (!old.equals(asked)) {
        throw PalimpsestException.configuration(
            "The corpus %s was prepared with another %s (%s, now %s): choose another corpus.path, or start over with --fresh."
                .formatted(folder.path(), key, old, asked));
      }
    }
  }

  /** Better now than after the text has been tokenized. */
  private void requireFolder() {
    try {
      if (folder.fileSystem().mkdirs(folder.path())) {
        return;
      }
    } catch (IOException e) {
      LOG.debug("no folder {}", folder.path(), e);
    }
    throw PalimpsestException.input(
        "The folder %s cannot be made: check corpus.path and who may write there."
            .formatted(folder.path()));
  }

  private TokenizerFile trainTokenizer(TextSource text) {
    return described(
        "Count words to train the tokenizer",
        () ->
            TokenizerTrainer.train(
                text.read(session), text.bytes(), settings.training(), settings.seed()));
  }

  private List<LaneReport> writeLanes(TextSource text, TokenizerFile tokenizer) {
    LanePlan plan = new LanePlan(settings);
    Broadcast<TokenizerFile> shared = spark.broadcast(tokenizer);
    try {
      return described(
          "Tokenize documents, shuffle them into lanes, cut the lanes into blocks",
          () ->
              text.read(session)
                  .mapPartitionsToPair(new DocumentEncoder(shared, plan))
                  .repartitionAndSortWithinPartitions(plan, LaneKey.BY_PLACE)
                  .mapPartitionsWithIndex(new LaneTask(folder, shared, plan, settings), false)
                  .collect());
    } finally {
      shared.destroy();
    }
  }

  private Manifest manifest(TokenizerFile tokenizer, List<LaneReport> reports) {
    LanePlan plan = new LanePlan(settings);
    List<LaneReport> training = reports.subList(0, plan.trainingLanes());
    List<LaneReport> validation = reports.subList(plan.trainingLanes(), plan.rejected());
    LaneReport last = reports.get(plan.rejected());
    Manifest.PartEntry trainingPart = part(training);
    Manifest.PartEntry validationPart = part(validation);
    requireEnough(trainingPart.documents() + validationPart.documents(), last);
    requireTraining(trainingPart);
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        new StoredFile(Layout.TOKENIZER, tokenizer.json().length, tokenizer.sha256()),
        tokenizer.tokenizer().vocabulary().size(),
        settings.seed(),
        settings.blockSize(),
        settings.rowGroupBlocks(),
        trainingPart,
        validationPart,
        last.rejected().counts(),
        last.name().isEmpty() ? List.of() : List.of(file(last)),
        last.rejected().cleaned().counts(),
        settings.identity(settings.tokenizerPath().isEmpty() ? "" : tokenizer.sha256()));
  }

  private Manifest.PartEntry part(List<LaneReport> lanes) {
    LaneReport.Counts sum =
        lanes.stream()
            .map(LaneReport::counts)
            .reduce(LaneReport.Counts.none(settings.blockSize()), LaneReport.Counts::plus);
    return new Manifest.PartEntry(
        sum.documents(),
        sum.sentences(),
        sum.tokens(),
        sum.blocks(),
        sum.utf8Bytes(),
        sum.lengthClasses(),
        lanes.stream()
            .map(lane -> new Manifest.LaneEntry(file(lane), lane.counts().blocks()))
            .toList());
  }

  private static StoredFile file(LaneReport report) {
    return new StoredFile(report.name(), report.size(), report.sha256());
  }

  private void requireEnough(long documents, LaneReport last) {
    LaneReport.Rejected rejected = last.rejected();
    long records = documents + rejected.total();
    if (records == 0) {
      throw PalimpsestException.input(
          "The input %s has no documents: give text.".formatted(settings.inputs()));
    }
    if (rejected.total() > settings.maxRejected() * records) {
      throw PalimpsestException.input(
          "%d of %d records were rejected, more than corpus.max-rejected = %s allows: %s (all are named in %s)."
              .formatted(
                  rejected.total(),
                  records,
                  settings.maxRejected(),
                  rejected.mostFrequent(REASONS_SHOWN),
                  folder.resolve(last.name())));
    }
  }

  private void requireTraining(Manifest.PartEntry training) {
    if (training.blocks() == 0) {
      throw PalimpsestException.input(
          "No document of the input %s was left to train on: give more text or lower corpus.validation-share."
              .formatted(settings.inputs()));
    }
  }

  private interface Work<T> {
    T done();
  }

  /** Says in the Spark UI what is going on, and in one sentence what went wrong. */
  private <T> T described(String description, Work<T> work) {
    String before = spark.getLocalProperty(JOB_DESCRIPTION);
    spark.setLocalProperty(JOB_DESCRIPTION, description);
    try {
      return work.done();
    } catch (Exception e) {
      // Scala throws checked exceptions without saying so.
      throw Failures.of(description, e);
    } finally {
      spark.setLocalProperty(JOB_DESCRIPTION, before);
    }
  }
}
