package org.palimpsest.corpus.read;

import com.typesafe.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.StoredFolder;

/** A prepared corpus: blocks in lanes, their tokenizer, and the manifest. */
public final class Corpus {
  private final StoredFolder folder;
  private final Manifest manifest;
  private final HadoopSettings hadoop;
  private final TokenizerFile tokenizer;

  /** Ids of the blocks that each generation removes from each split. */
  private final RemovedIds removed;

  /** Number of generations that readers see, the first ones. */
  private final int generations;

  private Corpus(StoredFolder folder, Configuration hadoop) {
    this.folder = folder;
    this.hadoop = new HadoopSettings(hadoop);
    manifest = Manifest.store(folder).read();
    new StoredLanes(folder).require(manifest);
    folder.verify(manifest.tokenizer());
    tokenizer = new TokenizerFile(folder.readAll(manifest.tokenizer().name()));
    removed = RemovedIds.read(folder, manifest);
    generations = manifest.generations().size();
  }

  private Corpus(Corpus whole, int generations) {
    folder = whole.folder;
    hadoop = whole.hadoop;
    manifest = whole.manifest;
    tokenizer = whole.tokenizer;
    removed = whole.removed;
    this.generations = generations;
  }

  /**
   * Opens a corpus. Checks the manifest, the tokenizer, and the size of every lane; {@link
   * #verify()} also reads the lanes.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if there is no corpus, or it is
   *     damaged
   */
  public static Corpus open(Path path, Configuration hadoop) {
    return new Corpus(new StoredFolder(path, hadoop), hadoop);
  }

  public Path path() {
    return folder.path();
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Returns the number of tokens in a full block. */
  public int blockSize() {
    return manifest.blockSize();
  }

  /** Returns the tokenizer's file, which is small enough to broadcast. */
  public TokenizerFile tokenizerFile() {
    return tokenizer;
  }

  /** Returns the tokenizer, which is shared by all threads of this JVM. */
  public Tokenizer tokenizer() {
    return tokenizer.tokenizer();
  }

  public Vocabulary vocabulary() {
    return tokenizer().vocabulary();
  }

  /** Returns this corpus as it was with its first generations only; the manifest stays. */
  public Corpus withGenerations(int first) {
    return new Corpus(this, first);
  }

  /** Returns the number of generations that readers see. */
  public int generations() {
    return generations;
  }

  /**
   * Returns a checksum of the tokenizer and the training blocks, which does not depend on where
   * they are stored.
   */
  public String fingerprint() {
    return Fingerprints.of(manifest, generations);
  }

  /** Returns the number of generations that had a {@link #fingerprint}, if it was this corpus'. */
  public OptionalInt generationsOf(String fingerprint) {
    return Fingerprints.generationsOf(manifest, fingerprint);
  }

  /** Returns whether training blocks that readers see were deleted by a later purge. */
  public boolean isPurged() {
    CorpusSplit training = training();
    return IntStream.range(generations, manifest.generations().size())
        .filter(g -> manifest.generations().get(g).removed().filter(Removal::wasPurged).isPresent())
        .anyMatch(g -> Arrays.stream(removed.training().get(g)).anyMatch(training::has));
  }

  /** Returns the training blocks. */
  public CorpusSplit training() {
    return split(
        Layout.TRAINING, manifest.training(), Generation::trainingLanes, removed.training());
  }

  /** Returns the blocks held out for validation. */
  public CorpusSplit validation() {
    return split(
        Layout.VALIDATION,
        manifest.validation(),
        Generation::validationLanes,
        removed.validation());
  }

  private CorpusSplit split(
      String name, Manifest.SplitEntry split, ToIntFunction<Generation> lanes, List<long[]> ids) {
    int[] generationLanes =
        manifest.generations().stream().limit(generations).mapToInt(lanes).toArray();
    SplitLanes all = new SplitLanes(split.lanes(), generationLanes);
    RemovedRows rows =
        RemovedRows.of(all, ids.stream().limit(generations).flatMapToLong(Arrays::stream));
    return new CorpusSplit(name, path(), hadoop, manifest, all.without(rows));
  }

  /**
   * Returns the order in which a run reads the training blocks: {@code corpus.block-order}, or that
   * of the corpus.
   *
   * @param root the configuration of the run
   */
  public BlockOrder.Kind order(Config root) {
    Section section = new Section("corpus", root.getConfig("corpus"));
    return section.choice("block-order", OrderChoice.class).forCorpus(manifest.order());
  }

  /**
   * Reads every file and compares it with the manifest.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT that names the first file that
   *     differs
   */
  public void verify() {
    StoredLanes.named(manifest).forEach(folder::verify);
  }
}
