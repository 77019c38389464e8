package org.palimpsest.objective;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Uncorrupted text, ready to be corrupted.
 *
 * @param id the example's id: its global index in the corpus. Noise is a function of it.
 * @param tokens content ids, without {@code <s>} and without a last {@code </s>}; where documents
 *     are concatenated, an {@code </s>} stands between them and belongs to the document it closes;
 *     where texts have languages, the token of its language is the last one
 * @param sentenceStarts offsets into {@code tokens} at which sentences begin; ascending, the first
 *     is 0 (empty only if {@code tokens} is)
 * @param documentStarts offsets at which documents begin; a subset of {@code sentenceStarts}
 */
public record TokenBlock(long id, int[] tokens, int[] sentenceStarts, int[] documentStarts)
    implements Serializable {

  /** A block of one document that is one sentence. */
  public static TokenBlock ofSentence(long id, int... tokens) {
    int[] start = tokens.length == 0 ? new int[0] : new int[] {0};
    return new TokenBlock(id, tokens, start, start.clone());
  }

  public int length() {
    return tokens.length;
  }

  /** The tokens from {@code from} to before {@code to} as one document. */
  public TokenBlock document(int from, int to) {
    int[] sentences =
        Arrays.stream(sentenceStarts)
            .filter(start -> start >= from && start < to)
            .map(start -> start - from)
            .toArray();
    return new TokenBlock(id, Arrays.copyOfRange(tokens, from, to), sentences, new int[] {0});
  }

  /** The block of the first {@code count} tokens. */
  public TokenBlock first(int count) {
    return new TokenBlock(
        id,
        Arrays.copyOf(tokens, count),
        Arrays.stream(sentenceStarts).filter(start -> start < count).toArray(),
        Arrays.stream(documentStarts).filter(start -> start < count).toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenBlock that
        && id == that.id
        && Arrays.equals(tokens, that.tokens)
        && Arrays.equals(sentenceStarts, that.sentenceStarts)
        && Arrays.equals(documentStarts, that.documentStarts);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id) * 31 + Arrays.hashCode(tokens);
  }

  @Override
  public String toString() {
    return "TokenBlock[id=" + id + ", tokens=" + Arrays.toString(tokens) + "]";
  }
}
