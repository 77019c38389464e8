package org.palimpsest.corpus.format;

import java.io.IOException;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.Rejection;

/**
 * Reads one document per line and skips blank lines. A split owns the lines that begin in (start,
 * end], and the first split also the one at 0, so each line belongs to exactly one split.
 */
final class LineReadings implements Readings {
  private final String source;
  private final LineStream lines;
  private final long end;
  private final Maker maker;
  private boolean finished;

  LineReadings(String source, LineStream lines, long start, long end, Maker maker)
      throws IOException {
    this.source = source;
    this.lines = lines;
    this.end = end;
    this.maker = maker;
    finished = start > 0 && !lines.skip(end);
  }

  @Override
  public Reading next() throws IOException {
    while (!finished && lines.next() && lines.start() <= end) {
      if (lines.overlong()) {
        return Rejection.at(source, lines.start(), Rejection.TOO_LONG);
      }
      if (!lines.blank()) {
        return maker.make(source, lines.start(), lines.bytes(), lines.length());
      }
    }
    return null;
  }
}
