package org.palimpsest.corpus.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads lines of bytes with their offsets, without line ends and without a byte order mark at the
 * start of the file. Bytes of a line above a limit are counted but not stored.
 */
final class LineStream {
  private final InputStream in;
  private final LineEnds ends;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private int bufferStart;
  private int bufferEnd;
  private long position;

  private byte[] line = new byte[256];
  private int length;
  private long start;
  private long fullLength;

  /**
   * Creates a stream of lines.
   *
   * @param offset offset in the file of the next byte
   * @param limit largest number of bytes of a line that are stored
   */
  LineStream(InputStream in, LineEnds ends, long offset, int limit) {
    this.in = in;
    this.ends = ends;
    this.position = offset;
    this.limit = limit;
  }

  /** Reads the next line; returns false at the end. */
  boolean next() throws IOException {
    begin();
    while (bufferStart < bufferEnd || fill()) {
      int end = ends.find(buffer, bufferStart, bufferEnd);
      take(end);
      if (end < bufferEnd) {
        passLineEnd();
        dropByteOrderMark();
        return true;
      }
    }
    dropByteOrderMark();
    return position > start;
  }

  /**
   * Skips to the end of the current line without storing it; returns false if no line begins up to
   * {@code last}. A split in the middle of a huge line therefore reads no more than its own share.
   */
  boolean skip(long last) throws IOException {
    begin();
    while (position <= last && (bufferStart < bufferEnd || fill())) {
      int end = ends.find(buffer, bufferStart, bufferEnd);
      position += end - bufferStart;
      bufferStart = end;
      if (end < bufferEnd) {
        passLineEnd();
        return true;
      }
    }
    return false;
  }

  private void begin() {
    length = 0;
    fullLength = 0;
    start = position;
    ends.begin();
  }

  private boolean fill() throws IOException {
    bufferStart = 0;
    bufferEnd = Math.max(0, in.read(buffer));
    return bufferEnd > 0;
  }

  private void take(int end) {
    int size = end - bufferStart;
    int held = Math.min(size, limit - length);
    if (held > 0) {
      if (length + held > line.length) {
        line =
            Arrays.copyOf(line, (int) Math.min(limit, Math.max(length + held, line.length * 2L)));
      }
      System.arraycopy(buffer, bufferStart, line, length, held);
      length += held;
    }
    fullLength += size;
    position += size;
    bufferStart = end;
  }

  private void passLineEnd() throws IOException {
    boolean carriageReturn = buffer[bufferStart++] == '\r';
    position++;
    if (carriageReturn && (bufferStart < bufferEnd || fill()) && buffer[bufferStart] == '\n') {
      bufferStart++;
      position++;
    } else if (!carriageReturn && length == fullLength && length > 0 && line[length - 1] == '\r') {
      length--;
      fullLength--;
    }
  }

  private void dropByteOrderMark() {
    if (start == 0
        && length >= 3
        && line[0] == (byte) 0xEF
        && line[1] == (byte) 0xBB
        && line[2] == (byte) 0xBF) {
      System.arraycopy(line, 3, line, 0, length - 3);
      length -= 3;
      fullLength -= 3;
    }
  }

  /** Returns the offset of the line in the file. */
  long start() {
    return start;
  }

  /**
   * Returns the buffer of the line. Only the first {@link #length()} bytes are valid, until the
   * next line.
   */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  boolean overlong() {
    return fullLength > limit;
  }

  /** Returns whether the line is empty or contains only ASCII white space. */
  boolean blank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && (line[i] < '\t' || line[i] > '\r')) {
        return false;
      }
    }
    return true;
  }
}
