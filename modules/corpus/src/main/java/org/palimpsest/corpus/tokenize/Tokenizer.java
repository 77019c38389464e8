package org.palimpsest.corpus.tokenize;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.objective.Vocabulary;

/**
 * A Hugging Face tokenizer (the Rust library, through DJL). All threads of a JVM share one; get it
 * from {@link TokenizerFile#tokenizer()} or {@link Corpus#tokenizer()}. Needs no network.
 */
public final class Tokenizer {
  static {
    // DJL sends usage data unless it is told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
  }

  private static final int NOWHERE = -1;

  private final TokenizerFile file;
  private final HuggingFaceTokenizer delegate;
  private final TokenTable lexicon;

  /** Null if the tokenizer's words depend on each other. */
  private final WordCache words;

  Tokenizer(TokenizerFile file) {
    this.file = file;
    lexicon = new TokenTable(file.json());
    words = lexicon.encodesByWords() ? new WordCache(lexicon, this::ordinaryWord) : null;
    try {
      delegate =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(file.json()),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The tokenizer cannot be loaded: " + e.getMessage() + ".",
          e);
    }
  }

  /**
   * Loads a {@code tokenizer.json}; the same content is loaded once a JVM.
   *
   * @throws PalimpsestException of kind INPUT if it cannot be read or is no tokenizer
   */
  public static Tokenizer load(Path tokenizerJson, Configuration hadoop) {
    return TokenizerFile.read(tokenizerJson, hadoop).tokenizer();
  }

  /** Loads the native library, which is unpacked at its first use on a machine. */
  public static void loadNatives() {
    LibUtils.checkStatus();
  }

  /** The file this tokenizer was loaded from. */
  public TokenizerFile file() {
    return file;
  }

  /**
   * The ids of a text, without {@code <s>} and {@code </s>}. A {@code <mask>} or {@code </s>} that
   * stands in the text is ordinary text, never a control id.
   */
  public int[] encode(String text) {
    TokenBuffer ids = new TokenBuffer();
    encode(text, 0, text.length(), ids);
    return ids.toArray();
  }

  /** Appends the ids of a part of a text, which goes on from what stands in front of it. */
  void encode(String text, int from, int to, TokenBuffer into) {
    if (words == null || !words.encode(text, from, to, into)) {
      String part = text.substring(from, to);
      into.append(from == 0 ? first(part) : next(part));
    }
  }

  private int[] first(String text) {
    String sound = withoutLoneSurrogates(text);
    int cut = specialAt(sound, 0);
    if (cut == NOWHERE) {
      return ordinary(sound);
    }
    // Each half of a special string means nothing to the tokenizer.
    int[] ids = new int[0];
    int from = 0;
    while (cut != NOWHERE) {
      int end = sound.offsetByCodePoints(cut, 1);
      ids = join(ids, sound.substring(from, end));
      from = end;
      cut = specialAt(sound, from);
    }
    return join(ids, sound.substring(from));
  }

  /**
   * The ids of a text that goes on from another one. Tokenizers that put a space in front of every
   * text (SentencePiece) would put one in between.
   */
  private int[] next(String text) {
    int[] ids = first(text);
    if (ids.length == 0 || Character.isWhitespace(text.charAt(0))) {
      return ids;
    }
    int first = lexicon.withoutSpace(ids[0]);
    if (first == Vocabulary.NONE) {
      return Arrays.copyOfRange(ids, 1, ids.length);
    }
    ids[0] = first;
    return ids;
  }

  /** The ids of a text in which {@code <mask>} and other special strings mean the control ids. */
  public int[] encodeMarked(String text) {
    return ids(withoutLoneSurrogates(text));
  }

  /** The text of ids; special ids are left out. */
  public String decode(int... ids) {
    return delegate.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** The text of ids with the special ids shown by name, for displays. */
  public String show(int... ids) {
    return delegate.decode(Arrays.stream(ids).asLongStream().toArray(), false);
  }

  public Vocabulary vocabulary() {
    return lexicon.vocabulary();
  }

  /** The token as the vocabulary spells it ({@code Ġhouse}); empty for an id without a token. */
  public String token(int id) {
    return lexicon.token(id);
  }

  /** Number of UTF-8 bytes of the text that a token stands for; 0 for special ids. */
  public int utf8Length(int id) {
    return lexicon.utf8Length(id);
  }

  /**
   * A normalizer may still have made a special string of a text ({@code <Mask>}, in full-width
   * letters): such a text is halved until the halves mean nothing.
   */
  private int[] ordinary(String text) {
    int[] ids = ids(text);
    if (!hasControl(ids)) {
      return ids;
    }
    int points = text.codePointCount(0, text.length());
    if (points == 1) {
      int unknown = lexicon.vocabulary().unknown();
      return unknown == Vocabulary.NONE ? new int[0] : new int[] {unknown};
    }
    int middle = text.offsetByCodePoints(0, points / 2);
    return join(ordinary(text.substring(0, middle)), text.substring(middle));
  }

  private int[] ordinaryWord(String word) {
    int[] ids = ids(word);
    return hasControl(ids) ? null : ids;
  }

  private boolean hasControl(int[] ids) {
    for (int id : ids) {
      if (lexicon.isControl(id)) {
        return true;
      }
    }
    return false;
  }

  private int[] join(int[] head, String tail) {
    return head.length == 0 ? first(tail) : concatenate(head, next(tail));
  }

  /** Takes over the ids alone; an {@code Encoding} would copy six more arrays out of Rust. */
  private int[] ids(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    long encoding = TokenizersLibrary.LIB.encode(delegate.getHandle(), text, false);
    try {
      long[] wide = TokenizersLibrary.LIB.getTokenIds(encoding);
      int[] ids = new int[wide.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (int) wide[i];
      }
      return ids;
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  /** Where the next special string of a text begins. */
  private int specialAt(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      if (lexicon.hasSpecialAt(text, at)) {
        return at;
      }
    }
    return NOWHERE;
  }

  /** A half of a surrogate pair is no character, and Rust accepts none. */
  private static String withoutLoneSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    int[] points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] >= Character.MIN_SURROGATE && points[i] <= Character.MAX_SURROGATE) {
        points[i] = 0xFFFD;
      }
    }
    return new String(points, 0, points.length);
  }

  private static int[] concatenate(int[] head, int[] tail) {
    int[] joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    return joined;
  }
}
