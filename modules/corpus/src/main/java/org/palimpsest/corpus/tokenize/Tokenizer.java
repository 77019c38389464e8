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
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.Reason;

/**
 * A Hugging Face tokenizer (the Rust library, through DJL). All threads of a JVM share one
 * instance; get it from {@link TokenizerFile#tokenizer()} or {@link Corpus#tokenizer()}. Needs no
 * network.
 */
public final class Tokenizer implements TextCodec {
  static {
    // DJL sends usage data unless this property is set.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
  }

  private static final int NOWHERE = -1;

  private final TokenizerFile file;
  private final HuggingFaceTokenizer delegate;
  private final TokenTable lexicon;

  /** The cache of words; null if the ids of a word depend on its neighbors. */
  private final WordCache words;

  private final Vocabulary vocabulary;

  /** The texts of tokens, once they were asked for. */
  private volatile byte[][] texts;

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
          "The tokenizer cannot be loaded ("
              + Reason.of(e)
              + "): set tokenizer.path to a Hugging Face tokenizer.json.",
          e);
    }
    Vocabulary unplaced = lexicon.vocabulary();
    vocabulary = unplaced.withLanguages(TextFrame.languagePlace(unplaced, frame()));
  }

  /**
   * Loads a {@code tokenizer.json}. Equal content is loaded once per JVM.
   *
   * @throws PalimpsestException of kind INPUT if it cannot be read or is invalid
   */
  public static Tokenizer load(Path tokenizerJson, Configuration hadoop) {
    return TokenizerFile.read(tokenizerJson, hadoop).tokenizer();
  }

  /** Loads the native library, which is unpacked on first use on a machine. */
  public static void loadNatives() {
    LibUtils.checkStatus();
  }

  /** Returns the file this tokenizer was loaded from. */
  public TokenizerFile file() {
    return file;
  }

  /**
   * Returns the ids of a text, without {@code <s>} and {@code </s>}. A literal {@code <mask>} or
   * {@code </s>} in the text is ordinary text, never a control id.
   */
  public int[] encode(String text) {
    TokenBuffer ids = new TokenBuffer();
    String normal = normal(text);
    encode(normal, 0, normal.length(), ids);
    return ids.toArray();
  }

  /** Returns a text in the normal form of Unicode that the tokenizer has. */
  String normal(String text) {
    return lexicon.normal(text);
  }

  /** Appends the ids of a part of a text in normal form that continues the text before it. */
  void encode(String text, int from, int to, TokenBuffer into) {
    if (words == null || !words.encode(text, from, to, into)) {
      String part = text.substring(from, to);
      into.append(from == 0 ? first(part) : next(part));
    }
  }

  private int[] first(String text) {
    String valid = Surrogates.withoutLone(text);
    int cut = specialAt(valid, 0);
    if (cut == NOWHERE) {
      return ordinary(valid);
    }
    // The tokenizer does not recognize the halves of a special string.
    int[] ids = new int[0];
    int from = 0;
    while (cut != NOWHERE) {
      int end = valid.offsetByCodePoints(cut, 1);
      ids = join(ids, valid.substring(from, end));
      from = end;
      cut = specialAt(valid, from);
    }
    return join(ids, valid.substring(from));
  }

  /**
   * Returns the ids of a text that continues another one. Tokenizers that prefix every text with a
   * space (SentencePiece) would otherwise add one.
   */
  private int[] next(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    if (text.charAt(0) == ' ' && lexicon.prepends()) {
      return first(text.substring(1)); // The space that is put before the rest is the text's own.
    }
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

  /**
   * Returns the ids of a text that continues another one, such as one after a mask: without the
   * space that some tokenizers put before every text.
   */
  @Override
  public int[] encodeContinuing(String text) {
    return next(normal(text));
  }

  /**
   * Returns the ids of a text in which {@code <mask>} and other special strings are control ids.
   */
  public int[] encodeMarked(String text) {
    return ids(Surrogates.withoutLone(text));
  }

  /** Returns the text of ids, without special ids. */
  public String decode(int... ids) {
    return decoded(ids, true);
  }

  /** Returns the text of ids with the names of special ids, for display. */
  public String show(int... ids) {
    return decoded(ids, false);
  }

  private String decoded(int[] ids, boolean withoutSpecial) {
    try {
      return delegate.decode(Arrays.stream(ids).asLongStream().toArray(), withoutSpecial);
    } catch (RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The tokenizer cannot decode ids ("
              + Reason.of(e)
              + "): replace its tokenizer.json with a complete one.",
          e);
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Returns the token as spelled in the vocabulary ({@code Ġhouse}); empty for an unused id. */
  public String token(int id) {
    return lexicon.token(id);
  }

  @Override
  public byte[] utf8(int id) {
    if (texts == null) {
      texts = lexicon.texts();
    }
    return texts[id];
  }

  /** Returns the number of UTF-8 bytes of the text that a token represents; 0 for special ids. */
  public int utf8Length(int id) {
    return lexicon.utf8Length(id);
  }

  /**
   * A normalizer can produce a special string from other text (such as {@code <Mask>} or full-width
   * letters); such a text is halved until no half is special.
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

  /** Returns the ids that the file puts around an empty text. */
  int[] frame() {
    return ids("", true);
  }

  private int[] ids(String text) {
    return text.isEmpty() ? new int[0] : ids(text, false);
  }

  /** Copies only the ids; an {@code Encoding} would copy six more arrays from Rust. */
  int[] ids(String text, boolean framed) {
    long encoding = encoding(text, framed);
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

  private long encoding(String text, boolean framed) {
    try {
      return TokenizersLibrary.LIB.encode(delegate.getHandle(), text, framed);
    } catch (RuntimeException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The tokenizer cannot encode a text ("
              + Reason.of(e)
              + "): replace its tokenizer.json with a complete one.",
          e);
    }
  }

  /** Returns the position of the next special string. */
  private int specialAt(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      if (lexicon.hasSpecialAt(text, at)) {
        return at;
      }
    }
    return NOWHERE;
  }

  private static int[] concatenate(int[] head, int[] tail) {
    int[] joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    return joined;
  }
}
