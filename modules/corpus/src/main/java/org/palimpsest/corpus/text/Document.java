package org.palimpsest.corpus.text;

/**
 * A text and its place in a source.
 *
 * @param weight how often it occurs, see {@link Input}
 * @param language the token of its language; empty if not given
 */
public record Document(String source, String key, String text, double weight, String language)
    implements Located {
  /** Creates a document without a language. */
  public Document(String source, String key, String text, double weight) {
    this(source, key, text, weight, "");
  }

  /** Creates a document that occurs once. */
  public Document(String source, String key, String text) {
    this(source, key, text, 1);
  }

  /** Returns this document with another text. */
  public Document withText(String other) {
    return new Document(source, key, other, weight, language);
  }

  /** Returns this document with another weight. */
  public Document withWeight(double other) {
    return new Document(source, key, text, other, language);
  }

  /** Returns this document with a language, unless it has one. */
  public Document in(String other) {
    return language.isEmpty() ? new Document(source, key, text, weight, other) : this;
  }

  /**
   * Returns one of several copies. The first copy is the document itself; the others have their own
   * ids.
   */
  public Document copy(int number) {
    return new Document(source, number == 0 ? key : key + "#" + (number + 1), text, 1, language);
  }
}
