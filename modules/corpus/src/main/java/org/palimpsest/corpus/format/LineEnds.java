package org.palimpsest.corpus.format;

/** Finds line ends. Keeps the state of the current line, so each stream needs its own instance. */
interface LineEnds {
  /** Starts a new line. */
  default void begin() {}

  /** Returns the index of the first byte from {@code from} on that ends the line, or {@code to}. */
  int find(byte[] bytes, int from, int to);

  /** {@code \n} only; for JSON, where a carriage return may separate two values. */
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

  /** Any line end outside quotes; a quote opens only at the start of a field (RFC 4180). */
  static LineEnds quoted(char delimiter) {
    return new Quoted((byte) delimiter);
  }

  /** The state of quotes and delimiters. */
  final class Quoted implements LineEnds {
    private final byte delimiter;
    private boolean inQuotes;

    /** A field begins here, or a quote has just ended: a doubled quote denotes one quote. */
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
