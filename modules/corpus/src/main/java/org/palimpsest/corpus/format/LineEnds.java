package org.palimpsest.corpus.format;

/** Where lines end. Has a memory of the line at hand, so one a stream. */
interface LineEnds {
  /** A line begins. */
  default void begin() {}

  /** The index of the first byte from {@code from} on that ends the line, or {@code to}. */
  int find(byte[] bytes, int from, int to);

  /** {@code \n} alone; for JSON, where a carriage return may stand between two values. */
  static LineEnds lineFeeds() {
    return (bytes, from, to) -> {
      int at = from;
      while (at < to && bytes[at] != '\n') {
        at++;
      }
      return at;
    };
  }

  /** {@code \n}, {@code \r\n} or {@code \r}. */
  static LineEnds any() {
    return (bytes, from, to) -> {
      int at = from;
      while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
        at++;
      }
      return at;
    };
  }

  /** Any of them outside of quotes; a quote opens at the start of a field only (RFC 4180). */
  static LineEnds quoted(char delimiter) {
    return new Quoted((byte) delimiter);
  }

  /** Quotes and delimiters so far. */
  final class Quoted implements LineEnds {
    private final byte delimiter;
    private boolean inQuotes;

    /** A field begins here, or a quote has just ended: two in a row stand for one. */
    private boolean mayOpen;

    Quoted(byte delimiter) {
      this.delimiter = delimiter;
    }

    @Override
    public void begin() {
      inQuotes = false;
      mayOpen = true;
    }

    @Override
    public int find(byte[] bytes, int from, int to) {
      for (int at = from; at < to; at++) {
        byte b = bytes[at];
        if (b == '"') {
          boolean closes = inQuotes;
          inQuotes = !closes && mayOpen;
          mayOpen = closes;
        } else if (!inQuotes) {
          if (b == '\n' || b == '\r') {
            return at;
          }
          mayOpen = b == delimiter;
        }
      }
      return to;
    }
  }
}
