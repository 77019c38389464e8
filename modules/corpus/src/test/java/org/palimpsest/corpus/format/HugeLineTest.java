package org.palimpsest.corpus.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Readings;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/** A generated line of 2 GiB: no reader stores it, and only its owner reads it to its end. */
class HugeLineTest {
  private static final long HUGE = 2L << 30;
  private static final int LIMIT = 1 << 20;
  private static final byte[] AFTER = "\n\nnext\n".getBytes(StandardCharsets.UTF_8);

  /** One line of a single letter, then a short one. */
  private static final class Generated extends InputStream {
    private final long size;
    private long position;
    private long delivered;

    Generated(long from) {
      position = from;
      size = HUGE + AFTER.length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (position >= size) {
        return -1;
      }
      int count;
      if (position < HUGE) {
        count = (int) Math.min(length, HUGE - position);
        Arrays.fill(bytes, offset, offset + count, (byte) 'x');
      } else {
        bytes[offset] = AFTER[(int) (position - HUGE)];
        count = 1;
      }
      position += count;
      delivered += count;
      return count;
    }
  }

  private static List<Reading> all(Readings readings) throws IOException {
    List<Reading> all = new ArrayList<>();
    for (Reading next = readings.next(); next != null; next = readings.next()) {
      all.add(next);
    }
    return all;
  }

  private static LineStream lines(InputStream in, long from) {
    return new LineStream(in, LineEnds.any(), from, LIMIT);
  }

  @Test
  void rejectsTheHugeLineAndReadsTheNextOne() throws IOException {
    Rejection tooLong = Rejection.at("s", 0, "longer than corpus.max-document-bytes");
    Document next = new Document("s", Long.toString(HUGE + 2), "next");
    assertThat(
            all(
                new LineReadings(
                    "s", lines(new Generated(0), 0), 0, Long.MAX_VALUE, RecordText::plain)))
        .containsExactly(tooLong, next);
    assertThat(
            all(new ParagraphReadings("s", lines(new Generated(0), 0), 0, Long.MAX_VALUE, LIMIT)))
        .containsExactly(tooLong, next);
    assertThat(all(new FileReading("s", new Generated(0), LIMIT))).containsExactly(tooLong);
  }

  @Test
  void aSplitWithinTheLineReadsOnlyItsOwnBytes() throws IOException {
    long start = 64L << 20;
    long end = 128L << 20;
    Generated in = new Generated(start);
    assertThat(all(new LineReadings("s", lines(in, start), start, end, RecordText::plain)))
        .isEmpty();
    assertThat(in.delivered).isLessThan((64L << 20) + (1 << 17));
    in = new Generated(start);
    assertThat(all(new ParagraphReadings("s", lines(in, start), start, end, LIMIT))).isEmpty();
    assertThat(in.delivered).isLessThan((64L << 20) + (1 << 17));
  }
}
