package org.palimpsest.corpus.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/**
 * Reads paragraphs separated by blank lines. A paragraph belongs to the split that contains the
 * blank line before it, even if it ends in a later split. Line breaks within a paragraph become
 * spaces.
 */
final class ParagraphReadings implements Readings {
  private final String source;
  private final LineStream lines;
  private final long end;
  private final int limit;
  private final Gathered paragraph = new Gathered();

  /** Whether the last line was a blank line of this split, or the file begins here. */
  private boolean afterBlank;

  private boolean finished;

  ParagraphReadings(String source, LineStream lines, long start, long end, int limit)
      throws IOException {
    this.source = source;
    this.lines = lines;
    this.end = end;
    this.limit = limit;
    afterBlank = start == 0;
    if (start > 0) {
      // A rest of a line does not show whether the line is blank; it belongs to the previous split.
      finished = !lines.skip(end);
    }
  }

  @Override
  public Reading next() throws IOException {
    while (!finished && lines.next()) {
      if (isBlank()) {
        finished = lines.start() > end;
        afterBlank = true;
      } else if (afterBlank) {
        return paragraph();
      } else if (lines.start() > end) {
        finished = true;
      }
    }
    return null;
  }

  private Reading paragraph() throws IOException {
    long offset = lines.start();
    boolean tooLong = false;
    paragraph.reset();
    afterBlank = false;
    boolean more = true;
    while (more && !isBlank()) {
      tooLong |= lines.overlong() || paragraph.size() + lines.length() > limit;
      if (!tooLong) {
        if (paragraph.size() > 0) {
          paragraph.write(' ');
        }
        paragraph.write(lines.bytes(), 0, lines.length());
      }
      more = lines.next();
    }
    finished = !more || lines.start() > end;
    afterBlank = true;
    return tooLong
        ? Rejection.at(source, offset, Rejection.TOO_LONG)
        : RecordText.plain(source, offset, paragraph.bytes(), paragraph.size());
  }

  private boolean isBlank() {
    return lines.blank() && !lines.overlong();
  }

  /** Returns the largest number of bytes that are decoded in place. */
  private static final class Gathered extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }
}
