package org.palimpsest.corpus.text;

/**
 * A record that cannot be used as a document.
 *
 * @param reason the reason, one of a few texts by which rejections are counted
 * @param detail details of this record, or empty
 */
public record Rejection(String source, String key, String reason, String detail)
    implements Located {
  public static final String TOO_LONG = "longer than corpus.max-document-bytes";
  public static final String NOT_UTF8 = "not UTF-8";
  public static final String EMPTY = "empty text";
  public static final String NOT_JSON = "not a JSON object";
  public static final String NOT_A_ROW = "not a row of the columns";
  public static final String LONE_SURROGATE = "half a character (a lone surrogate)";
  public static final String NOT_ENCODABLE = "text that the tokenizer has no tokens for";
  public static final String NO_TEXT = "a file of something else than text";
  public static final String DAMAGED = "damaged file";

  public static Rejection at(String source, long offset, String reason) {
    return at(source, offset, reason, "");
  }

  public static Rejection at(String source, long offset, String reason, String detail) {
    return new Rejection(source, Long.toString(offset), reason, detail);
  }
}
