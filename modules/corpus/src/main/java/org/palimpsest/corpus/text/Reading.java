package org.palimpsest.corpus.text;

import java.io.Serializable;

/** What a source finds at a place: a document, or a record that is none. */
public sealed interface Reading extends Serializable permits Document, Rejection {
  /** The name of the source, the same wherever the input lies. */
  String source();

  /** The place inside the source: a byte offset, or the key of a row. */
  String key();

  /** The id of whatever stands here. */
  default ReadingId id() {
    return ReadingId.of(source(), key());
  }
}
