package org.palimpsest.corpus.tokenize;

import java.util.Arrays;
import org.palimpsest.corpus.text.Sentences;
import org.palimpsest.objective.TokenBlock;

/**
 * Encodes texts sentence by sentence, so every sentence begins with a new token. Not thread-safe.
 */
public final class TextEncoder {
  /** Longest sentence in characters; longer ones are cut, which keeps the cost linear. */
  private static final int PIECE = 1 << 14;

  private final Tokenizer tokenizer;
  private final Sentences sentences = new Sentences();
  private final TokenBuffer tokens = new TokenBuffer();

  public TextEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Encodes a text of any length as one block of one document, as a preparation does. */
  public TokenBlock block(long id, String text) {
    EncodedDocument document = encode(text);
    int[] start = document.tokens().length == 0 ? new int[0] : new int[1];
    return new TokenBlock(id, document.tokens(), document.sentenceStarts(), start);
  }

  public EncodedDocument encode(String given) {
    String text = tokenizer.normal(given);
    tokens.truncate(0);
    int count = sentences.find(text);
    int[] starts = new int[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int before = tokens.length();
      append(text, sentences.start(i), i + 1 < count ? sentences.start(i + 1) : text.length());
      if (tokens.length() > before) {
        starts[kept++] = before;
      }
    }
    return new EncodedDocument(tokens.toArray(), Arrays.copyOf(starts, kept));
  }

  private void append(String text, int from, int to) {
    int start = from;
    while (to - start > PIECE) {
      int cut = cut(text, start, start + PIECE);
      tokenizer.encode(text, start, cut, tokens);
      start = cut;
    }
    tokenizer.encode(text, start, to, tokens);
  }

  /**
   * Returns the last white space before {@code end}, or else a position that does not split a
   * character.
   */
  private static int cut(String text, int start, int end) {
    for (int at = end; at > start; at--) {
      if (Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(text.charAt(at - 1))) {
        return at;
      }
    }
    return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
  }
}
