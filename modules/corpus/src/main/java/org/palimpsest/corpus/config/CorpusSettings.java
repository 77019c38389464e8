package org.palimpsest.corpus.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.clean.CleaningSettings;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.ReadingRules;

/**
 * How a corpus is prepared; {@code reference.conf} explains every setting.
 *
 * @param path the folder of the corpus
 * @param inputs the texts
 * @param reading what a document is
 * @param cleaning what is done to the documents
 * @param maxRejected share of records that may be rejected
 * @param validationShare share of documents held out
 * @param policy how documents share blocks
 * @param blockSize tokens in a block
 * @param lanes number of training lanes
 * @param rowGroupBlocks blocks in a row group
 * @param seed key of hold-out and shuffle
 * @param tokenizerPath a tokenizer.json, or empty to train one
 * @param training how a tokenizer is trained
 */
public record CorpusSettings(
    String path,
    List<Input> inputs,
    ReadingRules reading,
    CleaningSettings cleaning,
    double maxRejected,
    double validationShare,
    Policy policy,
    int blockSize,
    int lanes,
    int rowGroupBlocks,
    long seed,
    String tokenizerPath,
    TokenizerTraining training)
    implements Serializable {

  private static final Set<String> SHAPE =
      Set.of("corpus.policy", "corpus.block-size", "corpus.row-group-blocks", "seed");

  /** How documents share blocks. */
  public enum Policy {
    /**
     * A block holds whole documents, or a piece of one; each document in it is marked, so that
     * attention can keep to one.
     */
    APART,
    /** One after the other, with {@code </s>} between them; a document may run across blocks. */
    CONCATENATE
  }

  /**
   * How a tokenizer is trained.
   *
   * @param size entries in all
   * @param sentinels number of {@code <extra_id_k>}
   * @param specialTokens further special tokens: mode tokens
   * @param minFrequency a rarer pair is not merged
   * @param sampleBytes about as much text is looked at
   * @param maxWords as many distinct words are looked at
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
          "tokenizer.train.special-tokens must be different texts, but are " + specialTokens);
      int least = TokenizerJson.FIRST_MERGE + specialTokens.size() + sentinels;
      require(
          size >= least,
          "tokenizer.train.size must be at least %d (5 special tokens, 256 bytes, %d other special tokens, %d sentinels), but is %d"
              .formatted(least, specialTokens.size(), sentinels, size));
    }

    /** Entries that are learned. */
    public int merges() {
      return size - TokenizerJson.FIRST_MERGE - specialTokens.size() - sentinels;
    }
  }

  public CorpusSettings {
    inputs = List.copyOf(inputs);
    require(!path.isEmpty(), "corpus.path is empty: name a folder for the corpus");
    require(!inputs.isEmpty(), "corpus.input is empty: name the text to prepare");
    require(blockSize >= 8, "corpus.block-size must be at least 8, but is " + blockSize);
    require(lanes >= 1, "corpus.lanes must be at least 1, but is " + lanes);
    require(
        rowGroupBlocks >= 1 && (long) rowGroupBlocks * blockSize <= 1 << 24,
        "corpus.row-group-blocks must be at least 1 and a row group at most 16777216 tokens, but is "
            + rowGroupBlocks);
    require(
        validationShare >= 0 && validationShare < 1,
        "corpus.validation-share must be at least 0 and under 1, but is " + validationShare);
    require(
        maxRejected >= 0 && maxRejected <= 1,
        "corpus.max-rejected must lie between 0 and 1, but is " + maxRejected);
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
   * @throws PalimpsestException of kind CONFIGURATION if a value cannot be
   */
  public static CorpusSettings from(Config root) {
    Config all = root.withFallback(ConfigFactory.defaultReference());
    try {
      return read(all);
    } catch (ConfigException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The configuration cannot be used: " + e.getMessage() + ".",
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
        corpus.getDouble("validation-share"),
        section.choice("policy", Policy.class),
        corpus.getInt("block-size"),
        corpus.getInt("lanes"),
        corpus.getInt("row-group-blocks"),
        all.hasPath("seed") ? all.getLong("seed") : 0,
        all.getString("tokenizer.path"),
        new TokenizerTraining(
            train.getInt("size"),
            train.getInt("sentinels"),
            new Section("tokenizer.train", train).texts("special-tokens"),
            train.getLong("min-frequency"),
            train.getBytes("sample-bytes"),
            train.getInt("max-words")));
  }

  private static String path(Config all) {
    String path = all.getString("corpus.path");
    return path.isEmpty() && all.hasPath("run.directory")
        ? all.getString("run.directory") + "/corpus"
        : path;
  }

  /**
   * Whether all text of a corpus must have been prepared with the same value of a key; the others
   * say where text lies and how it is read.
   */
  public static boolean isShape(String key) {
    return key.startsWith("tokenizer.") || SHAPE.contains(key);
  }

  /** The paths of the inputs that a corpus was prepared with, from its {@link #identity}. */
  public static List<String> inputs(Map<String, String> identity) {
    return Arrays.stream(identity.getOrDefault("corpus.input", "").split(", ", -1))
        .map(input -> input.replaceFirst(" \\(weight [0-9.E-]+\\)$", ""))
        .toList();
  }

  /**
   * What decides the content of the corpus, by configuration key: two corpora with the same values
   * and the same input are the same.
   *
   * @param tokenizer the given tokenizer's checksum, or empty if one is trained
   */
  public Map<String, String> identity(String tokenizer) {
    Map<String, String> values = new TreeMap<>();
    values.put(
        "corpus.input", inputs.stream().map(Input::toString).collect(Collectors.joining(", ")));
    values.put("corpus.documents", Section.kebab(reading.documents()));
    values.put("corpus.text-field", reading.textField());
    values.put("corpus.id-field", reading.idField());
    values.put("corpus.max-document-bytes", Long.toString(reading.maxDocumentBytes()));
    values.putAll(cleaning.identity());
    values.put("corpus.validation-share", Double.toString(validationShare));
    values.put("corpus.policy", Section.kebab(policy));
    values.put("corpus.block-size", Integer.toString(blockSize));
    values.put("corpus.lanes", Integer.toString(lanes));
    values.put("corpus.row-group-blocks", Integer.toString(rowGroupBlocks));
    values.put("seed", Long.toString(seed));
    if (tokenizerPath.isEmpty()) {
      values.put("tokenizer.train.size", Integer.toString(training.size()));
      values.put("tokenizer.train.sentinels", Integer.toString(training.sentinels()));
      values.put("tokenizer.train.special-tokens", String.join(", ", training.specialTokens()));
      values.put("tokenizer.train.min-frequency", Long.toString(training.minFrequency()));
      values.put("tokenizer.train.sample-bytes", Long.toString(training.sampleBytes()));
      values.put("tokenizer.train.max-words", Integer.toString(training.maxWords()));
    } else {
      values.put("tokenizer.path", "sha256:" + tokenizer);
    }
    return values;
  }
}
