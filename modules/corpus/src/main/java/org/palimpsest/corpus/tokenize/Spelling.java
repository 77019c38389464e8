package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * How the tokens of a vocabulary spell text: what marks a word's start, what a token's bytes are.
 */
enum Spelling {
  /** GPT-2, BART: a character a byte, {@code Ġ} is a space. */
  BYTE_LEVEL("Ġ"),
  /** SentencePiece, T5: {@code ▁} is a space. */
  METASPACE("▁"),
  /** BERT: a token without {@code ##} begins a word. */
  WORD_PIECE("##"),
  /** Every token is a word of its own. */
  PLAIN("");

  private final String mark;

  Spelling(String mark) {
    this.mark = mark;
  }

  /** Reads it off the decoder of a {@code tokenizer.json}, or else the pre-tokenizer. */
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

  /** The token without the space that begins it, if one does; empty if it is only that space. */
  String withoutSpace(String token) {
    boolean hasSpace = (this == BYTE_LEVEL || this == METASPACE) && token.startsWith(mark);
    return hasSpace ? token.substring(mark.length()) : token;
  }

  /** Number of UTF-8 bytes of the text that a token stands for. */
  int utf8Length(String token) {
    return switch (this) {
      case BYTE_LEVEL -> token.length();
      case METASPACE -> isByte(token) ? 1 : bytes(token.replace(mark, " "));
      // A space stands before every word; the first of a text is counted one too long.
      case WORD_PIECE -> token.startsWith(mark) ? bytes(token) - mark.length() : bytes(token) + 1;
      case PLAIN -> bytes(token) + 1;
    };
  }

  /** SentencePiece writes a byte that has no piece as {@code <0x0A>}. */
  private static boolean isByte(String token) {
    return token.length() == 6 && token.startsWith("<0x") && token.endsWith(">");
  }

  private static int bytes(String token) {
    return token.getBytes(StandardCharsets.UTF_8).length;
  }
}
