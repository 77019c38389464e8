package org.palimpsest.corpus.tokenize;

import java.util.Arrays;

/** A growable, reusable array of ids. */
final class TokenBuffer {
  private int[] ids = new int[256];
  private int length;

  int length() {
    return length;
  }

  /** Removes all ids after the first {@code kept}. */
  void truncate(int kept) {
    length = kept;
  }

  void append(int[] more) {
    if (length + more.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(length + more.length, ids.length * 2));
    }
    System.arraycopy(more, 0, ids, length, more.length);
    length += more.length;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, length);
  }
}
