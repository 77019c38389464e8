package org.palimpsest.corpus.clean;

import java.io.Serializable;
import org.palimpsest.corpus.text.Document;

/** The number of copies of a document, a function of its weight and id. */
public interface Copies extends Serializable {
  int of(Document document);
}
