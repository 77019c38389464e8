package org.palimpsest.corpus.text;

import java.io.IOException;

/** Reads the documents of one file split in order. */
public interface Readings {
  /** Returns the next document or rejection, or null at the end. */
  Reading next() throws IOException;

  /** Returns how bytes are decoded into documents. */
  interface Maker {
    Reading make(String source, long offset, byte[] bytes, int length);
  }
}
