package org.palimpsest.corpus.text;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;

/**
 * What a document is.
 *
 * @param documents what a document of a text file is
 * @param textField the field or column of a record that holds the text
 * @param idField the field or column that holds the record's id, which then is its key; empty: its
 *     place is
 * @param maxDocumentBytes longer documents are rejected, and never held
 */
public record ReadingRules(
    DocumentMode documents, String textField, String idField, long maxDocumentBytes)
    implements Serializable {
  private static final String DOCUMENTS = "palimpsest.corpus.documents";
  private static final String TEXT_FIELD = "palimpsest.corpus.text-field";
  private static final String ID_FIELD = "palimpsest.corpus.id-field";
  private static final String MAX_BYTES = "palimpsest.corpus.max-document-bytes";

  /** What a UTF-16 text of that length takes in a heap is twice as much. */
  private static final int LONGEST = 1 << 30;

  public ReadingRules {
    if (textField.isEmpty()) {
      throw PalimpsestException.configuration(
          "corpus.text-field is empty: name the field or column that holds the text.");
    }
    if (maxDocumentBytes < 1 || maxDocumentBytes > LONGEST) {
      throw PalimpsestException.configuration(
          "corpus.max-document-bytes must be between 1 and 1 GiB, but is "
              + maxDocumentBytes
              + ".");
    }
  }

  /** Rules for plain text. */
  public static ReadingRules plain(DocumentMode documents, long maxDocumentBytes) {
    return new ReadingRules(documents, "text", "", maxDocumentBytes);
  }

  /** As an array's length. */
  public int limit() {
    return (int) maxDocumentBytes;
  }

  public boolean hasIdField() {
    return !idField.isEmpty();
  }

  /** Leaves them for the tasks. */
  public void leaveIn(Configuration hadoop) {
    hadoop.setEnum(DOCUMENTS, documents);
    hadoop.set(TEXT_FIELD, textField);
    hadoop.set(ID_FIELD, idField);
    hadoop.setLong(MAX_BYTES, maxDocumentBytes);
  }

  /** As a driver left them. */
  public static ReadingRules of(Configuration hadoop) {
    return new ReadingRules(
        hadoop.getEnum(DOCUMENTS, DocumentMode.PARAGRAPHS),
        hadoop.get(TEXT_FIELD),
        hadoop.get(ID_FIELD, ""),
        hadoop.getLong(MAX_BYTES, LONGEST));
  }
}
