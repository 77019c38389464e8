package org.palimpsest.corpus.bpe;

import java.util.function.Consumer;

/**
 * Splits text into words as GPT-2 does, which is what the {@code ByteLevel} pre-tokenizer of
 * Hugging Face applies: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|
 * \s+(?!\S)|\s+}. By hand, for a regular expression costs several times as much.
 */
public final class WordScanner {
  /** No merge is ever worth learning inside a longer word. In characters. */
  static final int LONGEST = 256;

  private static final String[] CONTRACTIONS = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

  private static final int SPACE = 0;
  private static final int LETTER = 1;
  private static final int NUMBER = 2;
  private static final int OTHER = 3;

  private WordScanner() {}

  /** Hands every word to {@code words}; what is longer than any word is left out. */
  public static void scan(String text, Consumer<String> words) {
    int start = 0;
    while (start < text.length()) {
      int end = wordEnd(text, start);
      if (end - start <= LONGEST) {
        words.accept(text.substring(start, end));
      }
      start = end;
    }
  }

  private static int wordEnd(String text, int start) {
    if (text.charAt(start) == '\'') {
      for (String contraction : CONTRACTIONS) {
        if (text.startsWith(contraction, start)) {
          return start + contraction.length();
        }
      }
    }
    int body = start;
    if (text.charAt(start) == ' ' && start + 1 < text.length() && kind(text, start + 1) != SPACE) {
      body = start + 1;
    }
    int kind = kind(text, body);
    int end = body;
    int last = body;
    while (end < text.length() && kind(text, end) == kind) {
      last = end;
      end += Character.charCount(text.codePointAt(end));
    }
    // The last white space of a run goes to the word that follows, if it is a space; alone if not.
    boolean leaveLast = kind == SPACE && end < text.length() && last > start;
    return leaveLast ? last : end;
  }

  private static int kind(String text, int at) {
    int point = text.codePointAt(at);
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
