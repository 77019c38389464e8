package org.palimpsest.corpus.text;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;

/**
 * How inputs are split into documents.
 *
 * @param documents how text files are split
 * @param textField field or column that contains the text
 * @param idField field or column that contains the record's id, which becomes its key; empty to use
 *     the record's place
 * @param languageField field or column that contains the token of the record's language; empty if
 *     there is none
 * @param maxDocumentBytes longer documents are rejected and never held in memory
 */
public record ReadingRules(
    DocumentMode documents,
    String textField,
    String idField,
    String languageField,
    long maxDocumentBytes)
    implements Serializable {
  private static final String DOCUMENTS = "palimpsest.corpus.documents";
  private static final String TEXT_FIELD = "palimpsest.corpus.text-field";
  private static final String ID_FIELD = "palimpsest.corpus.id-field";
  private static final String LANGUAGE_FIELD = "palimpsest.corpus.language-field";
  private static final String MAX_BYTES = "palimpsest.corpus.max-document-bytes";

  /** A text of this length takes twice as much memory in UTF-16. */
  private static final int LONGEST = 1 << 30;

  public ReadingRules {
    if (textField.isEmpty()) {
      throw PalimpsestException.configuration(
          "corpus.text-field is empty: name the field or column that contains the text.");
    }
    if (maxDocumentBytes < 1 || maxDocumentBytes > LONGEST) {
      throw PalimpsestException.configuration(
          "corpus.max-document-bytes must be between 1 and 1 GiB, but is "
              + maxDocumentBytes
              + ".");
    }
  }

  /** Rules for records without a language. */
  public ReadingRules(
      DocumentMode documents, String textField, String idField, long maxDocumentBytes) {
    this(documents, textField, idField, "", maxDocumentBytes);
  }

  /** Returns rules for plain text. */
  public static ReadingRules plain(DocumentMode documents, long maxDocumentBytes) {
    return new ReadingRules(documents, "text", "", maxDocumentBytes);
  }

  /** Returns the largest size of a document in bytes. */
  public int limit() {
    return (int) maxDocumentBytes;
  }

  public boolean hasIdField() {
    return !idField.isEmpty();
  }

  public boolean hasLanguageField() {
    return !languageField.isEmpty();
  }

  /** Stores the rules in a Hadoop configuration for the tasks. */
  public void storeIn(Configuration hadoop) {
    hadoop.setEnum(DOCUMENTS, documents);
    hadoop.set(TEXT_FIELD, textField);
    hadoop.set(ID_FIELD, idField);
    hadoop.set(LANGUAGE_FIELD, languageField);
    hadoop.setLong(MAX_BYTES, maxDocumentBytes);
  }

  /** Reads the rules that the driver stored. */
  public static ReadingRules of(Configuration hadoop) {
    return new ReadingRules(
        hadoop.getEnum(DOCUMENTS, DocumentMode.PARAGRAPHS),
        hadoop.get(TEXT_FIELD),
        hadoop.get(ID_FIELD, ""),
        hadoop.get(LANGUAGE_FIELD, ""),
        hadoop.getLong(MAX_BYTES, LONGEST));
  }
}
