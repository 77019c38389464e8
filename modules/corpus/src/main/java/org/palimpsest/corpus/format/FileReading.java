package org.palimpsest.corpus.format;

import java.io.IOException;
import java.io.InputStream;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/** Reads a whole file as one document. */
final class FileReading implements Readings {
  private final String source;
  private final InputStream in;
  private final int limit;
  private boolean finished;

  FileReading(String source, InputStream in, int limit) {
    this.source = source;
    this.in = in;
    this.limit = limit;
  }

  @Override
  public Reading next() throws IOException {
    if (finished) {
      return null;
    }
    finished = true;
    byte[] bytes = in.readNBytes(limit);
    return bytes.length == limit && in.read() >= 0
        ? Rejection.at(source, 0, Rejection.TOO_LONG)
        : RecordText.plain(source, 0, bytes, bytes.length);
  }
}
