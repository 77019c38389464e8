package org.palimpsest.corpus.read;

import com.typesafe.config.Config;
import java.util.function.ToIntFunction;
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

  private Corpus(StoredFolder folder, Configuration hadoop) {
    this.folder = folder;
    this.hadoop = new HadoopSettings(hadoop);
    manifest = Manifest.store(folder).read();
    new StoredLanes(folder).require(manifest);
    folder.verify(manifest.tokenizer());
    tokenizer = new TokenizerFile(folder.readAll(manifest.tokenizer().name()));
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

  /** Returns the training blocks. */
  public CorpusSplit training() {
    return new CorpusSplit(
        Layout.TRAINING,
        path(),
        hadoop,
        manifest,
        manifest.training(),
        generationLanes(Generation::trainingLanes));
  }

  /** Returns the blocks held out for validation. */
  public CorpusSplit validation() {
    return new CorpusSplit(
        Layout.VALIDATION,
        path(),
        hadoop,
        manifest,
        manifest.validation(),
        generationLanes(Generation::validationLanes));
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
