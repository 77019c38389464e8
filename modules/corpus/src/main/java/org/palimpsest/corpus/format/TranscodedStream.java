package org.palimpsest.corpus.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Converts text from another encoding to UTF-8. Invalid input becomes a byte that is invalid in
 * UTF-8 too, so the record is rejected.
 */
final class TranscodedStream extends InputStream {
  private static final int CHUNK = 1 << 13;
  private static final byte NO_CHARACTER = (byte) 0xFF;

  private final InputStream in;
  private final CharsetDecoder decoder;
  private final ByteBuffer raw = ByteBuffer.allocate(CHUNK).flip();
  private final CharBuffer characters = CharBuffer.allocate(CHUNK);

  /** A character takes at most three bytes, and each invalid byte takes one. */
  private final ByteBuffer utf8 = ByteBuffer.allocate(4 * CHUNK).flip();

  private boolean ended;

  TranscodedStream(InputStream in, Charset charset) {
    this.in = in;
    decoder = charset.newDecoder();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (!utf8.hasRemaining()) {
      if (ended) {
        return -1;
      }
      refill();
    }
    int count = Math.min(length, utf8.remaining());
    utf8.get(bytes, offset, count);
    return count;
  }

  private void refill() throws IOException {
    raw.compact();
    int count = in.read(raw.array(), raw.position(), raw.remaining());
    ended = count < 0;
    raw.position(raw.position() + Math.max(0, count));
    raw.flip();
    utf8.clear();
    CoderResult result;
    do {
      characters.clear();
      result = decoder.decode(raw, characters, ended);
      utf8.put(StandardCharsets.UTF_8.encode(characters.flip()));
      if (result.isError()) {
        raw.position(raw.position() + result.length());
        utf8.put(NO_CHARACTER);
      }
    } while (!result.isUnderflow());
    utf8.flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
