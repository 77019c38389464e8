package org.palimpsest.corpus.bpe;

import java.util.function.Consumer;

/**
 * Splits text into words as GPT-2 and the {@code ByteLevel} pre-tokenizer of Hugging Face do:
 * {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+| \s+(?!\S)|\s+}. Handwritten,
 * because a regular expression is several times slower.
 */
public final class WordScanner {
  /** Longest word in characters; merges within longer words are not useful. */
  static final int LONGEST = 256;

  private static final String[] CONTRACTIONS = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

  private static final byte SPACE = 0;
  private static final byte LETTER = 1;
  private static final byte NUMBER = 2;
  private static final byte OTHER = 3;

  /** Character classes. */
  private static final byte[] KINDS = kinds();

  private WordScanner() {}

  /** Passes every word to {@code words}; skips overlong words. */
  public static void scan(String text, Consumer<String> words) {
    int start = 0;
    while (start < text.length()) {
      int end = wordEnd(text, start, text.length());
      if (end - start <= LONGEST) {
        words.accept(text.substring(start, end));
      }
      start = end;
    }
  }

  /**
   * Returns the end of the word that begins at {@code start}, in a text that ends at {@code to}.
   * Never splits a surrogate pair.
   */
  public static int wordEnd(String text, int start, int to) {
    if (text.charAt(start) == '\'') {
      for (String contraction : CONTRACTIONS) {
        if (start + contraction.length() <= to && text.startsWith(contraction, start)) {
          return start + contraction.length();
        }
      }
    }
    int body = start;
    if (text.charAt(start) == ' ' && start + 1 < to && kind(text, start + 1) != SPACE) {
      body = start + 1;
    }
    int kind = kind(text, body);
    int end = body;
    int last = body;
    while (end < to && kind(text, end) == kind) {
      last = end;
      end += Character.isHighSurrogate(text.charAt(end)) ? width(text, end) : 1;
    }
    // The last white space of a run belongs to the next word if it is a space, otherwise it is
    // separate.
    boolean leaveLast = kind == SPACE && end < to && last > start;
    return leaveLast ? last : end;
  }

  private static int width(String text, int at) {
    return Character.charCount(text.codePointAt(at));
  }

  private static byte kind(String text, int at) {
    char character = text.charAt(at);
    return Character.isHighSurrogate(character) ? kind(text.codePointAt(at)) : KINDS[character];
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[1 << 16];
    for (int character = 0; character < kinds.length; character++) {
      kinds[character] = kind(character);
    }
    return kinds;
  }

  private static byte kind(int point) {
    if (Character.isLetter(point)) {
      return LETTER;
    }
    return switch (Character.getType(point)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      default -> (point >= '\t' && point <= '\r') || point == 0x85 ? SPACE : OTHER;
    };
  }
}
