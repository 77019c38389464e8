package org.palimpsest.corpus.text;

/**
 * A text and its place in a source.
 *
 * @param weight how often it occurs, see {@link Input}
 */
public record Document(String source, String key, String text, double weight) implements Located {
  /** Creates a document that occurs once. */
  public Document(String source, String key, String text) {
    this(source, key, text, 1);
  }

  /** Returns this document with another text. */
  public Document withText(String other) {
    return new Document(source, key, other, weight);
  }

  /** Returns this document with another weight. */
  public Document withWeight(double other) {
    return new Document(source, key, text, other);
  }

  /**
   * Returns one of several copies. The first copy is the document itself; the others have their own
   * ids.
   */
  public Document copy(int number) {
    return new Document(source, number == 0 ? key : key + "#" + (number + 1), text, 1);
  }
}
