package org.palimpsest.corpus.tokenize;

import com.typesafe.config.Config;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.corpus.bpe.TokenizerJson;

/** Where the tokenizer of a corpus comes from. */
public sealed interface TokenizerSource extends Serializable {

  /**
   * The tokenizer, unless one is to be trained.
   *
   * @throws PalimpsestException of kind INPUT if it cannot be read
   */
  Optional<TokenizerFile> provided(Configuration hadoop);

  /**
   * Returns this source with the content of a file whose checksum {@link #identity} needs.
   *
   * @throws PalimpsestException of kind INPUT if it cannot be read
   */
  default TokenizerSource read(Configuration hadoop) {
    return this;
  }

  /**
   * Returns the settings that determine the tokenizer, by configuration key.
   *
   * @param sha256 checksum of a provided tokenizer
   */
  default Map<String, String> identity(String sha256) {
    return Map.of("tokenizer.path", "sha256:" + sha256);
  }

  /** Reads the section {@code tokenizer}. */
  static TokenizerSource from(Config tokenizer) {
    String path = tokenizer.getString("path");
    return path.isEmpty()
        ? Trained.from(tokenizer.getConfig("train"))
        : extended(new Stored(path), tokenizer);
  }

  /**
   * A tokenizer with as many entries from the corpus as {@code tokenizer.extend} says.
   *
   * @param base a tokenizer that is provided
   * @param tokenizer the section
   */
  static TokenizerSource extended(TokenizerSource base, Config tokenizer) {
    Trained learning = Trained.from(tokenizer.getConfig("train"));
    long entries = new Section("tokenizer", tokenizer).whole("extend", 0);
    if (entries > StoredTokens.MOST) {
      throw PalimpsestException.configuration(
          "tokenizer.extend must be at most %d, but is %d.".formatted(StoredTokens.MOST, entries));
    }
    return entries == 0 ? base : new Extended(base, (int) entries, learning);
  }

  /**
   * A file.
   *
   * @param path a tokenizer.json, or a folder with one
   */
  record Stored(String path) implements TokenizerSource {
    @Override
    public Optional<TokenizerFile> provided(Configuration hadoop) {
      return Optional.of(TokenizerFile.read(new Path(path), hadoop));
    }
  }

  /** The content of a file. */
  record Given(TokenizerFile file) implements TokenizerSource {
    @Override
    public Optional<TokenizerFile> provided(Configuration hadoop) {
      return Optional.of(file);
    }
  }

  /**
   * The tokenizer of the corpus to which text is added.
   *
   * @param recorded the settings that its manifest has of it
   */
  record OfCorpus(Map<String, String> recorded) implements TokenizerSource {
    public OfCorpus {
      recorded = Map.copyOf(recorded);
    }

    @Override
    public Optional<TokenizerFile> provided(Configuration hadoop) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> identity(String sha256) {
      return recorded;
    }
  }

  /**
   * A tokenizer to which entries are added that are learned from the corpus.
   *
   * @param base the tokenizer
   * @param entries number of new entries
   * @param learning how words are counted
   */
  record Extended(TokenizerSource base, int entries, Trained learning) implements TokenizerSource {
    @Override
    public TokenizerSource read(Configuration hadoop) {
      return new Extended(new Given(base.provided(hadoop).orElseThrow()), entries, learning);
    }

    /** The tokenizer without the new entries, after {@link #read}. */
    TokenizerFile file() {
      return ((Given) base).file();
    }

    @Override
    public Optional<TokenizerFile> provided(Configuration hadoop) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> identity(String sha256) {
      Map<String, String> identity = new HashMap<>(base.identity(file().sha256()));
      identity.put("tokenizer.extend", Integer.toString(entries));
      identity.put("tokenizer.train.min-frequency", Long.toString(learning.minFrequency()));
      identity.put("tokenizer.train.sample-bytes", Long.toString(learning.sampleBytes()));
      identity.put("tokenizer.train.max-words", Integer.toString(learning.maxWords()));
      return identity;
    }
  }

  /**
   * A tokenizer is trained on the corpus.
   *
   * @param size size of the vocabulary
   * @param sentinels number of {@code <extra_id_k>}
   * @param specialTokens additional special tokens, such as mode tokens
   * @param minFrequency rarer pairs are not merged
   * @param sampleBytes approximate size of the sample of text
   * @param maxWords largest number of distinct words
   */
  record Trained(
      int size,
      int sentinels,
      List<String> specialTokens,
      long minFrequency,
      long sampleBytes,
      int maxWords)
      implements TokenizerSource {
    public Trained {
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

    static Trained from(Config train) {
      return new Trained(
          train.getInt("size"),
          train.getInt("sentinels"),
          new Section("tokenizer.train", train).texts("special-tokens"),
          train.getLong("min-frequency"),
          train.getBytes("sample-bytes"),
          train.getInt("max-words"));
    }

    /** Returns the number of learned entries. */
    public int merges() {
      return size - TokenizerJson.FIRST_MERGE - specialTokens.size() - sentinels;
    }

    @Override
    public Optional<TokenizerFile> provided(Configuration hadoop) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> identity(String sha256) {
      return Map.of(
          "tokenizer.train.size", Integer.toString(size),
          "tokenizer.train.sentinels", Integer.toString(sentinels),
          "tokenizer.train.special-tokens", String.join(", ", specialTokens),
          "tokenizer.train.min-frequency", Long.toString(minFrequency),
          "tokenizer.train.sample-bytes", Long.toString(sampleBytes),
          "tokenizer.train.max-words", Integer.toString(maxWords));
    }

    private static void require(boolean holds, String sentence) {
      if (!holds) {
        throw PalimpsestException.configuration(sentence + ".");
      }
    }
  }
}
