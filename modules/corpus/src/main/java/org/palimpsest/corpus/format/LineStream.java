package org.palimpsest.corpus.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of bytes with their offsets, without their ends, and without a byte order mark at the start
 * of the file. What a line has over a limit is read and counted but not held.
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
   * @param offset where in the file the stream stands
   * @param limit bytes of a line that are held
   */
  LineStream(InputStream in, LineEnds ends, long offset, int limit) {
    this.in = in;
    this.ends = ends;
    this.position = offset;
    this.limit = limit;
  }

  /** Goes to the next line; false at the end. */
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
   * Goes behind the line at hand without holding it; false if none begins up to {@code last}. So a
   * split in the middle of a huge line reads no more of it than its own share.
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

  /** Whether there is nothing but ASCII white space in the line. */
  boolean blank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && (line[i] < '\t' || line[i] > '\r')) {
        return false;
      }
    }
    return true;
  }
}
