package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.source.TextSource;
import org.palimpsest.corpus.source.TextSources;
import org.palimpsest.corpus.store.ShardedStore;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares a corpus on Spark: reads text, trains or loads the tokenizer, tokenizes, shuffles into
 * lanes, cuts into blocks, and publishes the manifest. A failed preparation publishes nothing, and
 * the next one starts over; an existing corpus stays intact until the new one replaces it. The
 * content depends only on the input and the settings.
 */
public final class Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final CorpusSettings settings;
  private final StoredFolder folder;
  private final ShardedStore<Manifest> store;
  private final PreparationStages stages;
  private final Optional<TextSource> given;

  private Preparation(SparkSession session, CorpusSettings settings, Optional<TextSource> given) {
    this.session = session;
    this.given = given;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.settings = settings.withTokenizer(settings.tokenizer().read(spark.hadoopConfiguration()));
    this.folder = new StoredFolder(new Path(settings.path()), spark.hadoopConfiguration());
    this.store = Manifest.store(folder);
    this.stages = new PreparationStages(session, this.settings);
  }

  /**
   * Prepares a corpus, or opens the existing one if it has the same settings.
   *
   * @throws PalimpsestException of kind INPUT if the input is missing or has no usable documents,
   *     or too many records are rejected; of kind CONFIGURATION if a corpus with other settings
   *     exists
   */
  public static Corpus run(SparkSession session, CorpusSettings settings) {
    return new Preparation(session, settings, Optional.empty()).openOrPrepare();
  }

  /**
   * Prepares a corpus from a source, or opens the existing one if it has the same settings.
   *
   * @param settings {@code corpus.input} identifies the text of the source
   * @throws PalimpsestException as {@link #run(SparkSession, CorpusSettings)}
   */
  public static Corpus run(SparkSession session, CorpusSettings settings, TextSource source) {
    return new Preparation(session, settings, Optional.of(source)).openOrPrepare();
  }

  /**
   * Prepares a corpus from a source, as {@link #run(SparkSession, CorpusSettings, TextSource)}, and
   * then replaces an existing one.
   */
  public static Corpus fresh(SparkSession session, CorpusSettings settings, TextSource source) {
    return new Preparation(session, settings, Optional.of(source)).prepare(Existing.REPLACED);
  }

  /**
   * Prepares a corpus and then replaces an existing one.
   *
   * @throws PalimpsestException as {@link #run(SparkSession, CorpusSettings)}, but not because of
   *     other settings
   */
  public static Corpus fresh(SparkSession session, CorpusSettings settings) {
    return new Preparation(session, settings, Optional.empty()).prepare(Existing.REPLACED);
  }

  /**
   * Adds new text to a corpus, as a generation with its own lanes. Existing lanes are neither read
   * nor written, and existing blocks keep their ids. The tokenizer stays the same. Inputs that the
   * corpus already has are not added again. Without new text the corpus stays as it is.
   *
   * @throws PalimpsestException as {@link #run(SparkSession, CorpusSettings)}; also of kind INPUT
   *     if there is no corpus, and of kind CONFIGURATION if its blocks have another shape, or
   *     another version of ICU found its sentences
   */
  public static Corpus add(SparkSession session, CorpusSettings settings) {
    return new Preparation(session, settings, Optional.empty()).add();
  }

  private Corpus openOrPrepare() {
    return store.exists() ? existing() : prepare(Existing.REUSED);
  }

  /** What happens to a corpus that another process has published since this one looked. */
  private enum Existing {
    REUSED,
    REPLACED
  }

  private Corpus existing() {
    Corpus corpus = Corpus.open(folder.path(), spark.hadoopConfiguration());
    store.requireSameSettings(corpus.manifest().settings(), identity(), key -> true);
    LOG.info("The corpus {} is already prepared.", Secrets.redacted(folder.path().toString()));
    return corpus;
  }

  private Corpus prepare(Existing existing) {
    TextSource text = text();
    Optional<TokenizerFile> provided = providedTokenizer();
    requireFolder();
    try (StoreWriter<Manifest> writer = writer()) {
      if (existing == Existing.REUSED && store.exists()) {
        return existing();
      }
      JavaRDD<Reading> documents = stages.cleaned(text, Optional.empty());
      TokenizerFile tokenizer =
          provided.orElseGet(() -> stages.trainTokenizer(documents, text.bytes()));
      tokenizer.tokenizer();
      Manifest manifest =
          summary(writer, documents, tokenizer, new LanePlan(settings))
              .manifest(tokenizer, settings.identity(tokenizer.sha256()));
      write(tokenizer);
      return published(writer, manifest);
    }
  }

  private TextSource text() {
    return given.orElseGet(() -> TextSources.of(settings.inputs(), settings.reading(), session));
  }

  /** Takes the lease of the corpus: one preparation at a time. */
  private StoreWriter<Manifest> writer() {
    CorpusSettings.Writing writing = settings.writing();
    return store.writer(writing.lease(), writing.keepReplaced());
  }

  /** Writes the tokenizer unless it exists, because an existing corpus may use the file. */
  private void write(TokenizerFile tokenizer) {
    String name = Layout.tokenizer(tokenizer);
    if (!folder.exists(name) || !Arrays.equals(folder.readAll(name), tokenizer.json())) {
      folder.write(name, out -> out.write(tokenizer.json()));
    }
  }

  private Corpus add() {
    // Without a corpus there is nothing to add to, and no folder for the lease.
    Corpus unused = Corpus.open(folder.path(), spark.hadoopConfiguration());
    try (StoreWriter<Manifest> writer = writer()) {
      return add(writer);
    }
  }

  private Corpus add(StoreWriter<Manifest> writer) {
    Corpus corpus = Corpus.open(folder.path(), spark.hadoopConfiguration());
    Manifest before = corpus.manifest();
    store.requireSameSettings(before.settings(), identity(), CorpusSettings::isShape);
    Predecessor predecessor = new Predecessor(settings, folder, before);
    if (predecessor.hasInputs()) {
      LOG.info(
          "The corpus {} already has the text of {}.",
          Secrets.redacted(folder.path().toString()),
          Secrets.redacted(settings.inputs().toString()));
      return corpus;
    }
    predecessor.requireSameIcu();
    TextSource text = text();
    LanePlan plan =
        new LanePlan(
            settings,
            predecessor.lanesFor(text.bytes()),
            before.training().lanes().size(),
            before.validation().lanes().size());
    Optional<Manifest> added =
        summary(
                writer,
                stages.cleaned(text, predecessor.knownTexts(spark)),
                corpus.tokenizerFile(),
                plan)
            .addition(corpus.tokenizerFile(), settings.identity(corpus.tokenizerFile().sha256()));
    if (added.isEmpty()) {
      LOG.info(
          "The input {} has no text that the corpus {} lacks.",
          Secrets.redacted(settings.inputs().toString()),
          Secrets.redacted(folder.path().toString()));
      return corpus;
    }
    return published(writer, before.plus(added.get()));
  }

  private GenerationSummary summary(
      StoreWriter<Manifest> writer,
      JavaRDD<Reading> documents,
      TokenizerFile tokenizer,
      LanePlan plan) {
    new Languages(tokenizer.tokenizer().vocabulary()).require(settings.inputs());
    List<LaneReport> reports = stages.writeLanes(writer, documents, tokenizer, plan);
    return new GenerationSummary(folder, settings, plan, reports);
  }

  private Corpus published(StoreWriter<Manifest> writer, Manifest manifest) {
    writer.publish(manifest);
    return Corpus.open(folder.path(), spark.hadoopConfiguration());
  }

  private Optional<TokenizerFile> providedTokenizer() {
    return settings.tokenizer().provided(spark.hadoopConfiguration());
  }

  private Map<String, String> identity() {
    return settings.identity(providedTokenizer().map(TokenizerFile::sha256).orElse(""));
  }

  /** Fails before the text is tokenized, not after. */
  private void requireFolder() {
    try {
      if (folder.fileSystem().mkdirs(folder.path())) {
        return;
      }
    } catch (IOException e) {
      LOG.debug("The folder {} cannot be created.", folder.path(), e);
    }
    throw PalimpsestException.input(
        "The folder %s cannot be created: check corpus.path and its permissions."
            .formatted(folder.path()));
  }
}
