package org.palimpsest.corpus.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.clean.CleaningSettings;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.ReadingRules;

/**
 * The settings of a preparation; {@code reference.conf} explains each key.
 *
 * @param path folder of the corpus
 * @param inputs input texts
 * @param reading how inputs are split into documents
 * @param cleaning how documents are cleaned
 * @param maxRejected largest share of records that may be rejected
 * @param blocks how documents are cut into blocks
 * @param split how documents are assigned to splits and lanes
 * @param tokenizer where the tokenizer comes from
 * @param writing how the folder is protected while it is written
 */
public record CorpusSettings(
    String path,
    List<Input> inputs,
    ReadingRules reading,
    CleaningSettings cleaning,
    double maxRejected,
    Blocks blocks,
    Split split,
    TokenizerSource tokenizer,
    Writing writing)
    implements Serializable {

  private static final Set<String> SHAPE =
      Set.of("corpus.policy", "corpus.block-size", "corpus.row-group-blocks", "seed");

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
   * Where the tokenizer comes from.
   *
   * @param path a tokenizer.json, or empty to train one
   * @param training how one is trained
   */
  public record TokenizerSource(String path, TokenizerTraining training) implements Serializable {}

  /**
   * How a tokenizer is trained.
   *
   * @param size size of the vocabulary
   * @param sentinels number of {@code <extra_id_k>}
   * @param specialTokens additional special tokens, such as mode tokens
   * @param minFrequency rarer pairs are not merged
   * @param sampleBytes approximate size of the sample of text
   * @param maxWords largest number of distinct words
   */
  public record TokenizerTraining(
      int size,
      int sentinels,
      List<String> specialTokens,
      long minFrequency,
      long sampleBytes,
      int maxWords)
      implements Serializable {
    public TokenizerTraining {
      specialTokens = List.copyOf(specialTokens);
      require(
          new HashSet<>(specialTokens).size() == specialTokens.size()
              && specialTokens.stream().noneMatch(String::isBlank),
          "tokenizer.train.special-tokens must be distinct and not blank, but are "
              + specialTokens);
      int least = TokenizerJson.FIRST_MERGE + specialTokens.size() + sentinels;
      require(
          size >= least,
          "tokenizer.train.size must be at least %d (5 special tokens, 256 bytes, %d other special tokens, %d sentinels), but is %d"
              .formatted(least, specialTokens.size(), sentinels, size));
    }

    /** Returns the number of learned entries. */
    public int merges() {
      return size - TokenizerJson.FIRST_MERGE - specialTokens.size() - sentinels;
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
    inputs = List.copyOf(inputs);
    require(!path.isEmpty(), "corpus.path is empty: name a folder for the corpus");
    require(!inputs.isEmpty(), "corpus.input is empty: name the text to prepare");
    require(
        maxRejected >= 0 && maxRejected <= 1,
        "corpus.max-rejected must be between 0 and 1, but is " + maxRejected);
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

  /** Returns the given tokenizer.json, or an empty text if a tokenizer is trained. */
  public String tokenizerPath() {
    return tokenizer.path();
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
    Config train = all.getConfig("tokenizer.train");
    return new CorpusSettings(
        path(all),
        Input.list(corpus, "input"),
        new ReadingRules(
            section.choice("documents", DocumentMode.class),
            corpus.getString("text-field"),
            corpus.getString("id-field"),
            corpus.getBytes("max-document-bytes")),
        CleaningSettings.from(corpus.getConfig("clean")),
        corpus.getDouble("max-rejected"),
        new Blocks(
            section.choice("policy", Policy.class),
            corpus.getInt("block-size"),
            corpus.getInt("lanes"),
            corpus.getInt("row-group-blocks")),
        new Split(
            corpus.getDouble("validation-share"), all.hasPath("seed") ? all.getLong("seed") : 0),
        new TokenizerSource(all.getString("tokenizer.path"), training(train)),
        new Writing(section.duration("lease"), corpus.getDuration("keep-replaced")));
  }

  private static TokenizerTraining training(Config train) {
    return new TokenizerTraining(
        train.getInt("size"),
        train.getInt("sentinels"),
        new Section("tokenizer.train", train).texts("special-tokens"),
        train.getLong("min-frequency"),
        train.getBytes("sample-bytes"),
        train.getInt("max-words"));
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
        Secrets.redacted(inputs.stream().map(Input::toString).collect(Collectors.joining(", "))));
    values.put("corpus.documents", Section.kebab(reading.documents()));
    values.put("corpus.text-field", reading.textField());
    values.put("corpus.id-field", reading.idField());
    values.put("corpus.max-document-bytes", Long.toString(reading.maxDocumentBytes()));
    values.putAll(cleaning.identity());
    values.put("corpus.validation-share", Double.toString(validationShare()));
    values.put("corpus.policy", Section.kebab(policy()));
    values.put("corpus.block-size", Integer.toString(blockSize()));
    values.put("corpus.lanes", Integer.toString(lanes()));
    values.put("corpus.row-group-blocks", Integer.toString(blocks.rowGroup()));
    values.put("seed", Long.toString(seed()));
    if (tokenizerPath().isEmpty()) {
      TokenizerTraining training = tokenizer.training();
      values.put("tokenizer.train.size", Integer.toString(training.size()));
      values.put("tokenizer.train.sentinels", Integer.toString(training.sentinels()));
      values.put("tokenizer.train.special-tokens", String.join(", ", training.specialTokens()));
      values.put("tokenizer.train.min-frequency", Long.toString(training.minFrequency()));
      values.put("tokenizer.train.sample-bytes", Long.toString(training.sampleBytes()));
      values.put("tokenizer.train.max-words", Integer.toString(training.maxWords()));
    } else {
      values.put("tokenizer.path", "sha256:" + sha256);
    }
    return values;
  }
}
