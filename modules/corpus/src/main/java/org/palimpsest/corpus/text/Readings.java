package org.palimpsest.corpus.text;

import java.io.IOException;

/** A walk through the documents of one split. */
public interface Readings {
  /** The next document or rejection; null at the end. */
  Reading next() throws IOException;

  /** How bytes become a document. */
  interface Maker {
    Reading make(String source, long offset, byte[] bytes, int length);
  }
}
