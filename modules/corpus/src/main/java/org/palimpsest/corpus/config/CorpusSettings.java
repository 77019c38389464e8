package org.palimpsest.corpus.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.clean.CleaningSettings;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.tokenize.TokenizerSource;

/**
 * The settings of a preparation; {@code reference.conf} explains each key.
 *
 * @param path folder of the corpus
 * @param texts input texts and how they are read
 * @param cleaning how documents are cleaned
 * @param blocks how documents are cut into blocks
 * @param split how documents are assigned to splits and lanes
 * @param tokenizer where the tokenizer comes from
 * @param writing how the folder is protected while it is written
 */
public record CorpusSettings(
    String path,
    Texts texts,
    CleaningSettings cleaning,
    Blocks blocks,
    Split split,
    TokenizerSource tokenizer,
    Writing writing)
    implements Serializable {

  private static final Set<String> SHAPE =
      Set.of("corpus.policy", "corpus.block-size", "corpus.row-group-blocks", "seed");

  /**
   * Input texts and how they are read.
   *
   * @param inputs files and tables
   * @param rules how inputs are split into documents
   * @param maxRejected largest share of records that may be rejected
   * @param languages how often the documents of each language occur
   */
  public record Texts(
      List<Input> inputs, ReadingRules rules, double maxRejected, LanguageSampling languages)
      implements Serializable {
    public Texts {
      inputs = List.copyOf(inputs);
      require(!inputs.isEmpty(), "corpus.input is empty: name the text to prepare");
      require(
          maxRejected >= 0 && maxRejected <= 1,
          "corpus.max-rejected must be between 0 and 1, but is " + maxRejected);
    }
  }

  /** How documents share blocks. */
  public enum Policy {
    /**
     * A block holds whole documents or a piece of one. Each document in it is marked, so attention
     * can be restricted to one document.
     */
    APART,
    /** Documents follow each other, separated by {@code </s>}, and may span several blocks. */
    CONCATENATE
  }

  /**
   * How documents are cut into blocks.
   *
   * @param policy how documents share blocks
   * @param size tokens in a block
   * @param lanes number of training lanes
   * @param rowGroup blocks in a row group
   */
  public record Blocks(Policy policy, int size, int lanes, int rowGroup) implements Serializable {
    public Blocks {
      require(size >= 8, "corpus.block-size must be at least 8, but is " + size);
      require(lanes >= 1, "corpus.lanes must be at least 1, but is " + lanes);
      require(
          rowGroup >= 1 && (long) rowGroup * size <= 1 << 24,
          "corpus.row-group-blocks must be at least 1, and a row group at most 16777216 tokens, but"
              + " it is "
              + rowGroup);
    }
  }

  /**
   * How documents are assigned to splits and lanes.
   *
   * @param validationShare share of documents held out
   * @param seed key of the hashes
   */
  public record Split(double validationShare, long seed) implements Serializable {
    public Split {
      require(
          validationShare >= 0 && validationShare < 1,
          "corpus.validation-share must be at least 0 and below 1, but is " + validationShare);
    }
  }

  /**
   * How the folder of the corpus is protected while it is written, and its readers afterwards.
   *
   * @param lease time without renewal after which another preparation may take over
   * @param keepReplaced time for which replaced files stay
   */
  public record Writing(Duration lease, Duration keepReplaced) implements Serializable {
    public Writing {
      require(!keepReplaced.isNegative(), "corpus.keep-replaced must be a time of at least 0s");
    }
  }

  public CorpusSettings {
    require(!path.isEmpty(), "corpus.path is empty: name a folder for the corpus");
  }

  public List<Input> inputs() {
    return texts.inputs;
  }

  /** Returns how inputs are split into documents. */
  public ReadingRules reading() {
    return texts.rules;
  }

  public Policy policy() {
    return blocks.policy();
  }

  /** Returns the number of tokens in a block. */
  public int blockSize() {
    return blocks.size();
  }

  public int lanes() {
    return blocks.lanes();
  }

  /** Returns the share of documents held out. */
  public double validationShare() {
    return split.validationShare();
  }

  public long seed() {
    return split.seed();
  }

  /** Returns these settings with another source of the tokenizer. */
  public CorpusSettings withTokenizer(TokenizerSource other) {
    return new CorpusSettings(path, texts, cleaning, blocks, split, other, writing);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw PalimpsestException.configuration(sentence + ".");
    }
  }

  /**
   * Reads {@code corpus.*}, {@code tokenizer.*}, {@code seed} (0 if there is none) and, if {@code
   * corpus.path} is empty, {@code run.directory}.
   *
   * @throws PalimpsestException of kind CONFIGURATION that names an invalid value
   */
  public static CorpusSettings from(Config root) {
    Config all = root.withFallback(ConfigFactory.defaultReference());
    try {
      return read(all);
    } catch (ConfigException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The configuration is invalid: " + e.getMessage() + ".",
          e);
    }
  }

  private static CorpusSettings read(Config all) {
    Config corpus = all.getConfig("corpus");
    Section section = new Section("corpus", corpus);
    return new CorpusSettings(
        path(all),
        texts(corpus),
        CleaningSettings.from(corpus.getConfig("clean")),
        new Blocks(
            section.choice("policy", Policy.class),
            corpus.getInt("block-size"),
            corpus.getInt("lanes"),
            corpus.getInt("row-group-blocks")),
        new Split(
            corpus.getDouble("validation-share"), all.hasPath("seed") ? all.getLong("seed") : 0),
        TokenizerSource.from(all.getConfig("tokenizer")),
        new Writing(section.duration("lease"), corpus.getDuration("keep-replaced")));
  }

  private static Texts texts(Config corpus) {
    return new Texts(
        Input.list(corpus, "input"),
        new ReadingRules(
            new Section("corpus", corpus).choice("documents", DocumentMode.class),
            corpus.getString("text-field"),
            corpus.getString("id-field"),
            corpus.getString("language-field"),
            corpus.getBytes("max-document-bytes")),
        corpus.getDouble("max-rejected"),
        LanguageSampling.from(corpus.getConfig("languages")));
  }

  private static String path(Config all) {
    String path = all.getString("corpus.path");
    return path.isEmpty() && all.hasPath("run.directory")
        ? all.getString("run.directory") + "/corpus"
        : path;
  }

  /**
   * Returns whether all generations of a corpus must have the same value of a key. The other keys
   * locate the input and describe how it is read.
   */
  public static boolean isShape(String key) {
    return key.startsWith("tokenizer.") || SHAPE.contains(key);
  }

  /**
   * Returns the settings that determine the content, by configuration key: two corpora with equal
   * values and equal input are identical.
   *
   * @param sha256 checksum of the given tokenizer, or empty if one is trained
   */
  public Map<String, String> identity(String sha256) {
    Map<String, String> values = new TreeMap<>();
    values.put(
        "corpus.input",
        Secrets.redacted(
            texts.inputs.stream().map(Input::toString).collect(Collectors.joining(", "))));
    values.put("corpus.documents", Section.kebab(texts.rules.documents()));
    values.put("corpus.text-field", texts.rules.textField());
    values.put("corpus.id-field", texts.rules.idField());
    if (texts.rules.hasLanguageField()) {
      // Corpora of earlier releases have no languages, and do not record this.
      values.put("corpus.language-field", texts.rules.languageField());
    }
    values.putAll(texts.languages.identity());
    values.put("corpus.max-document-bytes", Long.toString(texts.rules.maxDocumentBytes()));
    values.putAll(cleaning.identity());
    values.put("corpus.validation-share", Double.toString(validationShare()));
    values.put("corpus.policy", Section.kebab(policy()));
    values.put("corpus.block-size", Integer.toString(blockSize()));
    values.put("corpus.lanes", Integer.toString(lanes()));
    values.put("corpus.row-group-blocks", Integer.toString(blocks.rowGroup()));
    values.put("seed", Long.toString(seed()));
    values.putAll(tokenizer.identity(sha256));
    return values;
  }
}
