package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.palimpsest.corpus.bpe.ByteAlphabet;

/**
 * How the tokens of a vocabulary represent text: the mark of a word's start, and the bytes of each
 * token.
 */
enum Spelling {
  /** GPT-2, BART: one character per byte, {@code Ġ} is a space. */
  BYTE_LEVEL("Ġ"),
  /** SentencePiece, T5: {@code ▁} is a space. */
  METASPACE("▁"),
  /** BERT: a token without {@code ##} begins a word. */
  WORD_PIECE("##"),
  /** Every token is a word. */
  PLAIN("");

  private final String mark;

  Spelling(String mark) {
    this.mark = mark;
  }

  /**
   * Detects the spelling from the decoder of a {@code tokenizer.json}, or from its pre-tokenizer.
   */
  static Spelling of(JsonNode tokenizer) {
    String decoder = tokenizer.path("decoder").toString();
    String words = tokenizer.path("pre_tokenizer").toString();
    if (decoder.contains("ByteLevel") || words.contains("ByteLevel")) {
      return BYTE_LEVEL;
    }
    if (decoder.contains("Metaspace") || words.contains("Metaspace") || decoder.contains("▁")) {
      return METASPACE;
    }
    return decoder.contains("WordPiece") ? WORD_PIECE : PLAIN;
  }

  boolean startsWord(String token) {
    return switch (this) {
      case BYTE_LEVEL, METASPACE -> token.startsWith(mark);
      case WORD_PIECE -> !token.startsWith(mark);
      case PLAIN -> true;
    };
  }

  /** Returns the token without its leading space, if any; empty if it is only a space. */
  String withoutSpace(String token) {
    boolean hasSpace = (this == BYTE_LEVEL || this == METASPACE) && token.startsWith(mark);
    return hasSpace ? token.substring(mark.length()) : token;
  }

  /** Returns the number of UTF-8 bytes of the text that a token represents. */
  int utf8Length(String token) {
    return switch (this) {
      case BYTE_LEVEL -> token.length();
      case METASPACE -> isByte(token) ? 1 : bytes(token.replace(mark, " "));
      // Every word has a leading space, so the first one of a text counts one byte too many.
      case WORD_PIECE -> token.startsWith(mark) ? bytes(token) - mark.length() : bytes(token) + 1;
      case PLAIN -> bytes(token) + 1;
    };
  }

  /** Returns the UTF-8 bytes of the text that a token represents. */
  byte[] utf8(String token) {
    return switch (this) {
      case BYTE_LEVEL -> byteLevel(token);
      case METASPACE ->
          isByte(token)
              ? new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)}
              : utf8Of(token.replace(mark, " "));
      case WORD_PIECE ->
          utf8Of(token.startsWith(mark) ? token.substring(mark.length()) : " " + token);
      case PLAIN -> utf8Of(" " + token);
    };
  }

  private static byte[] byteLevel(String token) {
    byte[] bytes = new byte[token.length()];
    for (int at = 0; at < bytes.length; at++) {
      int value = ByteAlphabet.byteOf(token.charAt(at));
      if (value < 0) {
        return utf8Of(token); // An added token is written as its text.
      }
      bytes[at] = (byte) value;
    }
    return bytes;
  }

  private static byte[] utf8Of(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** SentencePiece writes a byte without a piece as {@code <0x0A>}. */
  private static boolean isByte(String token) {
    return token.length() == 6 && token.startsWith("<0x") && token.endsWith(">");
  }

  private static int bytes(String token) {
    return token.getBytes(StandardCharsets.UTF_8).length;
  }
}
