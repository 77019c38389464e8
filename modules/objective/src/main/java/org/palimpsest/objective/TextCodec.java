package org.palimpsest.objective;

/**
 * The texts of tokens, and the tokens of texts: what an objective needs that corrupts characters.
 * Tokenizers implement it. Safe for use by several threads.
 */
public interface TextCodec {
  /** The vocabulary of the tokens. */
  Vocabulary vocabulary();

  /**
   * The UTF-8 bytes of the text that a token stands for, its leading space included. A character
   * may be spread over several tokens.
   *
   * @return not to be changed; empty for ids that stand for no text
   */
  byte[] utf8(int id);

  /** The ids of a text that continues another one; no text becomes the id of a special token. */
  int[] encodeContinuing(String text);
}
