package org.palimpsest.corpus.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of bytes with their offsets. A line ends with {@code \n}; a {@code \r} before it is taken
 * off, and so is a byte order mark at the start of the file. What a line has over a limit is read
 * and counted but not held.
 */
final class LineStream {
  private final InputStream in;
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
   * @param offset where in the file the stream stands
   * @param limit bytes of a line that are held
   */
  LineStream(InputStream in, long offset, int limit) {
    this.in = in;
    this.position = offset;
    this.limit = limit;
  }

  /** Goes to the next line; false at the end. */
  boolean next() throws IOException {
    length = 0;
    fullLength = 0;
    start = position;
    while (bufferStart < bufferEnd || fill()) {
      int end = lineEnd();
      take(end);
      if (end < bufferEnd) {
        bufferStart++;
        position++;
        dropCarriageReturn();
        dropByteOrderMark();
        return true;
      }
    }
    dropByteOrderMark();
    return position > start;
  }

  private boolean fill() throws IOException {
    bufferStart = 0;
    bufferEnd = Math.max(0, in.read(buffer));
    return bufferEnd > 0;
  }

  private int lineEnd() {
    int at = bufferStart;
    while (at < bufferEnd && buffer[at] != '\n') {
      at++;
    }
    return at;
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

  private void dropCarriageReturn() {
    if (length == fullLength && length > 0 && line[length - 1] == '\r') {
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

  /** Offset of the line in the file. */
  long start() {
    return start;
  }

  /** The line's bytes; only the first {@link #length()} count, and only until the next line. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  boolean overlong() {
    return fullLength > limit;
  }

  boolean blank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\f') {
        return false;
      }
    }
    return true;
  }
}
