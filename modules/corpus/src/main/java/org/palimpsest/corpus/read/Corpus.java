package org.palimpsest.corpus.read;

import java.util.function.ToIntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.StoredFolder;

/** A prepared corpus: blocks in lanes, their tokenizer, and the manifest that vouches for them. */
public final class Corpus {
  private final StoredFolder folder;
  private final Manifest manifest;
  private final HadoopSettings hadoop;
  private final TokenizerFile tokenizer;

  private Corpus(StoredFolder folder, Configuration hadoop) {
    this.folder = folder;
    this.hadoop = new HadoopSettings(hadoop);
    manifest = Manifest.store(folder).read();
    new StoredLanes(folder).require(manifest);
    folder.verify(manifest.tokenizer());
    tokenizer = new TokenizerFile(folder.readAll(manifest.tokenizer().name()));
  }

  /**
   * Opens a corpus. The manifest and the tokenizer are checked, and that every lane has the size
   * the manifest says; {@link #verify()} reads the lanes too.
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

  /** Tokens in a full block. */
  public int blockSize() {
    return manifest.blockSize();
  }

  /** The tokenizer's file; small enough to be broadcast. */
  public TokenizerFile tokenizerFile() {
    return tokenizer;
  }

  /** The tokenizer, shared by all threads of this JVM. */
  public Tokenizer tokenizer() {
    return tokenizer.tokenizer();
  }

  public Vocabulary vocabulary() {
    return tokenizer().vocabulary();
  }

  /** The blocks to learn from. */
  public CorpusSplit training() {
    return new CorpusSplit(
        Layout.TRAINING,
        path(),
        hadoop,
        manifest,
        manifest.training(),
        generationLanes(Generation::trainingLanes));
  }

  /** The blocks held out for evaluation. */
  public CorpusSplit validation() {
    return new CorpusSplit(
        Layout.VALIDATION,
        path(),
        hadoop,
        manifest,
        manifest.validation(),
        generationLanes(Generation::validationLanes));
  }

  private int[] generationLanes(ToIntFunction<Generation> lanes) {
    return manifest.generations().stream().mapToInt(lanes).toArray();
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
