package org.palimpsest.corpus.text;

/** A document or a rejected record at its place in a source. */
public sealed interface Located extends Reading permits Document, Rejection {
  /** Returns the name of the source, which does not depend on the location of the input. */
  String source();

  /** Returns the place within the source: a byte offset, a row number, or a record id. */
  String key();

  /** Returns the id of this record. */
  default ReadingId id() {
    return ReadingId.of(source(), key());
  }
}
