package org.palimpsest.corpus.tokenize;

/**
 * The tokens of a document.
 *
 * @param tokens its ids, without separators
 * @param sentenceStarts offsets at which sentences begin; the first is 0
 * @param source name of the source of the document; empty if it does not matter
 */
public record EncodedDocument(int[] tokens, int[] sentenceStarts, String source) {
  /** Creates a document whose source does not matter. */
  public EncodedDocument(int[] tokens, int[] sentenceStarts) {
    this(tokens, sentenceStarts, "");
  }
}
