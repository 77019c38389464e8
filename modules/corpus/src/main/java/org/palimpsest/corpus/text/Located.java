package org.palimpsest.corpus.text;

/** What a source finds at a place: a document, or a record that is none. */
public sealed interface Located extends Reading permits Document, Rejection {
  /** The name of the source, the same wherever the input lies. */
  String source();

  /** The place inside the source: a byte offset, a row's number, or the id of a record. */
  String key();

  /** The id of whatever stands here. */
  default ReadingId id() {
    return ReadingId.of(source(), key());
  }
}
