package org.palimpsest.corpus.clean;

import java.io.Serializable;
import org.palimpsest.corpus.text.Document;

/** How often a document comes; a function of its weight and its id. */
public interface Copies extends Serializable {
  int of(Document document);
}
