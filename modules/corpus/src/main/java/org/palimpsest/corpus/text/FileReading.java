package org.palimpsest.corpus.text;

import java.io.IOException;
import java.io.InputStream;

/** A whole file as one document. */
final class FileReading implements Readings {
  private final String source;
  private final InputStream in;
  private final int limit;
  private final RecordText text;
  private boolean finished;

  FileReading(String source, InputStream in, int limit, RecordText text) {
    this.source = source;
    this.in = in;
    this.limit = limit;
    this.text = text;
  }

  @Override
  public Reading next() throws IOException {
    if (finished) {
      return null;
    }
    finished = true;
    byte[] bytes = in.readNBytes(limit);
    return bytes.length == limit && in.read() >= 0
        ? text.tooLong(source, 0)
        : text.plain(source, 0, bytes, bytes.length);
  }
}
