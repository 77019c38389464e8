package org.palimpsest.corpus.text;

/**
 * A text at its place in a source.
 *
 * @param weight how often it comes, see {@link Input}
 */
public record Document(String source, String key, String text, double weight) implements Located {
  /** A document that comes once. */
  public Document(String source, String key, String text) {
    this(source, key, text, 1);
  }

  /** The same at its place with another text. */
  public Document withText(String other) {
    return new Document(source, key, other, weight);
  }

  /** The same with another weight. */
  public Document withWeight(double other) {
    return new Document(source, key, text, other);
  }

  /** One of several copies, which have ids of their own; the first is the document itself. */
  public Document copy(int number) {
    return new Document(source, number == 0 ? key : key + "#" + (number + 1), text, 1);
  }
}
