package org.palimpsest.corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.FileSource;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.TextSource;
import org.palimpsest.corpus.text.WordNetSource;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text to corpus, on Spark: read, train or load the tokenizer, tokenize, shuffle into lanes, cut
 * into blocks, and publish the manifest. A preparation that dies leaves no manifest, and the next
 * one starts over. The content depends on the input and the settings alone.
 */
public final class Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final int REASONS_SHOWN = 5;

  private final JavaSparkContext spark;
  private final CorpusSettings settings;
  private final StoredFolder folder;

  private Preparation(SparkSession session, CorpusSettings settings) {
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

  /** Prepares a corpus anew, whatever is there. */
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
    List<TextSource> sources = sources();
    TokenizerFile given = settings.tokenizerPath().isEmpty() ? null : readTokenizer();
    clear();
    TokenizerFile tokenizer = given == null ? trainTokenizer(sources) : given;
    tokenizer.tokenizer();
    List<LaneReport> reports = writeLanes(sources, tokenizer);
    publish(tokenizer, reports);
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

  private List<TextSource> sources() {
    Configuration hadoop = spark.hadoopConfiguration();
    List<TextSource> sources = new ArrayList<>();
    List<String> files = new ArrayList<>(settings.inputs());
    if (files.removeIf(WordNetSource.NAME::equals)) {
      sources.add(new WordNetSource());
    }
    if (!files.isEmpty()) {
      sources.add(
          new FileSource(
              files,
              settings.documents(),
              settings.textField(),
              settings.maxDocumentBytes(),
              hadoop));
    }
    return sources;
  }

  /** Takes away what an unfinished preparation left; the manifest goes first. */
  private void clear() {
    try {
      folder.fileSystem().delete(folder.resolve(StoredFolder.MANIFEST), false);
      for (String name :
          List.of(Layout.TRAINING, Layout.VALIDATION, Layout.REJECTED, Layout.TOKENIZER)) {
        folder.fileSystem().delete(folder.resolve(name), true);
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The folder " + folder.path() + " cannot be written: " + e.getMessage() + ".",
          e);
    }
  }

  private TokenizerFile trainTokenizer(List<TextSource> sources) {
    long bytes = sources.stream().mapToLong(TextSource::bytes).sum();
    return described(
        "Count words to train the tokenizer",
        () -> TokenizerTrainer.train(read(sources), bytes, settings.training(), settings.seed()));
  }

  private List<LaneReport> writeLanes(List<TextSource> sources, TokenizerFile tokenizer) {
    LanePlan plan = new LanePlan(settings);
    Broadcast<TokenizerFile> shared = spark.broadcast(tokenizer);
    try {
      return described(
          "Tokenize documents, shuffle them into lanes, cut the lanes into blocks",
          () ->
              read(sources)
                  .mapPartitionsToPair(new DocumentEncoder(shared, plan))
                  .repartitionAndSortWithinPartitions(plan, LaneKey.BY_PLACE)
                  .mapPartitionsWithIndex(new LaneTask(folder, shared, plan, settings), false)
                  .collect());
    } finally {
      shared.destroy();
    }
  }

  private JavaRDD<Reading> read(List<TextSource> sources) {
    return sources.stream()
        .map(source -> source.read(spark))
        .reduce(JavaRDD::union)
        .orElseThrow(() -> new IllegalStateException("settings name at least one input"));
  }

  private void publish(TokenizerFile tokenizer, List<LaneReport> reports) {
    LanePlan plan = new LanePlan(settings);
    List<LaneReport> training = reports.subList(0, plan.trainingLanes());
    List<LaneReport> validation = reports.subList(plan.trainingLanes(), plan.rejected());
    LaneReport last = reports.get(plan.rejected());
    Manifest.PartEntry trainingPart = part(training);
    Manifest.PartEntry validationPart = part(validation);
    requireEnough(trainingPart.documents() + validationPart.documents(), last.rejected());
    requireTraining(trainingPart);
    StoredFile tokenizerFile = folder.write(Layout.TOKENIZER, out -> out.write(tokenizer.json()));
    new Manifest(
            Manifest.SCHEMA_VERSION,
            tokenizerFile,
            tokenizer.tokenizer().vocabulary().size(),
            settings.seed(),
            settings.blockSize(),
            settings.rowGroupBlocks(),
            trainingPart,
            validationPart,
            last.rejected().counts(),
            last.name().isEmpty() ? List.of() : List.of(file(last)),
            settings.identity(settings.tokenizerPath().isEmpty() ? "" : tokenizer.sha256()))
        .publish(folder);
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

  private void requireEnough(long documents, LaneReport.Rejected rejected) {
    long records = documents + rejected.total();
    if (records == 0) {
      throw PalimpsestException.input(
          "The input %s has no documents: give text.".formatted(settings.inputs()));
    }
    if (rejected.total() > settings.maxRejected() * records) {
      throw PalimpsestException.input(
          "%d of %d records were rejected, more than corpus.max-rejected = %s allows: %s."
              .formatted(
                  rejected.total(),
                  records,
                  settings.maxRejected(),
                  rejected.mostFrequent(REASONS_SHOWN)));
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

  /** Says in the Spark UI what is going on. */
  private <T> T described(String description, Work<T> work) {
    spark.sc().setJobDescription(description);
    try {
      return work.done();
    } finally {
      spark.sc().setJobDescription(null);
    }
  }
}
