package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.StoredLanes;
import org.palimpsest.corpus.source.TextSource;
import org.palimpsest.corpus.source.TextSources;
import org.palimpsest.corpus.store.ShardedStore;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFile;
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
   * corpus already has are not added again.
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
      Manifest manifest = prepared(writer, documents, tokenizer, new LanePlan(settings));
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
    if (isAdded(before)) {
      LOG.info(
          "The corpus {} already has the text of {}.",
          Secrets.redacted(folder.path().toString()),
          Secrets.redacted(settings.inputs().toString()));
      return corpus;
    }
    requireSameIcu(before);
    TextSource text = text();
    LanePlan plan =
        new LanePlan(
            settings,
            lanesFor(text.bytes(), before),
            before.training().lanes().size(),
            before.validation().lanes().size());
    Manifest added =
        prepared(writer, stages.cleaned(text, known(before)), corpus.tokenizerFile(), plan);
    return published(writer, before.plus(added));
  }

  /** All sentences of a corpus follow the same rules, as far as they are recorded. */
  private void requireSameIcu(Manifest before) {
    Icu current = Icu.current();
    for (Generation generation : before.generations()) {
      Icu recorded = generation.recordedIcu().orElse(current);
      if (!recorded.equals(current)) {
        throw PalimpsestException.configuration(
            "The sentences of the corpus %s were found by %s, but this release has %s, which may split text differently: run prepare --add with the release that prepared the corpus, or prepare all its text again with --fresh."
                .formatted(folder.path(), recorded, current));
      }
    }
  }

  /** Whether all inputs are in the corpus; added again, their documents would count twice. */
  private boolean isAdded(Manifest manifest) {
    Set<String> recorded = new HashSet<>();
    for (Generation generation : manifest.generations()) {
      generation.inputPaths().forEach(path -> recorded.add(Secrets.redacted(path)));
    }
    List<String> repeated =
        settings.inputs().stream()
            .map(input -> Secrets.redacted(input.path()))
            .filter(recorded::contains)
            .toList();
    if (!repeated.isEmpty() && repeated.size() < settings.inputs().size()) {
      throw PalimpsestException.configuration(
          "The corpus %s already has the text of %s: list only new inputs in corpus.input."
              .formatted(folder.path(), repeated));
    }
    return !repeated.isEmpty();
  }

  /**
   * Chooses lanes of about the same length as the existing ones, so a small addition has few files.
   */
  private int lanesFor(long bytes, Manifest before) {
    double perLane =
        (double) before.training().utf8Bytes() / Math.max(1, before.training().lanes().size());
    return (int) Math.max(1, Math.min(settings.lanes(), Math.round(bytes / Math.max(1, perLane))));
  }

  /** Returns the known texts of a corpus, as far as recorded, if duplicates are removed. */
  private Optional<JavaRDD<ReadingId>> known(Manifest before) {
    if (!settings.cleaning().searchesDuplicates()) {
      return Optional.empty();
    }
    for (Generation generation : before.generations()) {
      if (generation.texts().isEmpty()) {
        LOG.warn(
            "New documents are not compared with those of {}, which were prepared without"
                + " corpus.clean.duplicates.",
            generation.inputPaths());
      }
    }
    List<StoredFile> files = StoredLanes.texts(before).toList();
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(TextFingerprints.read(spark, folder, files));
  }

  private Manifest prepared(
      StoreWriter<Manifest> writer,
      JavaRDD<Reading> documents,
      TokenizerFile tokenizer,
      LanePlan plan) {
    List<LaneReport> reports = stages.writeLanes(writer, documents, tokenizer, plan);
    return new GenerationSummary(folder, settings, plan, reports)
        .manifest(tokenizer, settings.identity(tokenizer.sha256()));
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
