package org.palimpsest.objective.corruption;

import java.util.Arrays;

/**
 * What a noise mask marks: half-open intervals in ascending order that do not overlap. Intervals
 * may touch; then they are spans of their own. A reusable buffer.
 */
public final class Spans {
  /** What happens to a span that reaches over a token which must not be corrupted. */
  public enum AtBarrier {
    /** It goes on behind it, as a span of its own. */
    CONTINUE,
    /** It ends there, as BART's spans end with the document. */
    STOP
  }

  public int[] start = new int[64];
  public int[] end = new int[64];
  public int count;
  public int insertions;
  public AtBarrier atBarrier = AtBarrier.CONTINUE;

  public final Selection first = new Selection();
  public final Selection second = new Selection();
  public int[] lengths = new int[64];

  public Spans() {}

  /** Number of spans. */
  public int count() {
    return count;
  }

  /** Number of spans without length: places at which something is inserted. */
  public int insertions() {
    return insertions;
  }

  /** First marked offset of span {@code k}. */
  public int start(int k) {
    return start[k];
  }

  /** The offset behind span {@code k}. */
  public int end(int k) {
    return end[k];
  }

  /** Number of marked offsets. */
  public int covered() {
    int sum = 0;
    for (int k = 0; k < count; k++) {
      sum += end[k] - start[k];
    }
    return sum;
  }

  public void clear() {
    count = 0;
    insertions = 0;
    atBarrier = AtBarrier.CONTINUE;
  }

  public void add(int from, int to) {
    if (count == start.length) {
      start = Arrays.copyOf(start, count * 2);
      end = Arrays.copyOf(end, count * 2);
    }
    start[count] = from;
    end[count++] = to;
  }

  /** Adds a span, or lengthens the last one if it ends where this one starts. */
  public void addJoining(int from, int to) {
    if (count > 0 && end[count - 1] == from) {
      end[count - 1] = to;
    } else {
      add(from, to);
    }
  }

  /** Notes a drawn length at {@code index}, with room for it. */
  public void length(int index, int length) {
    if (index == lengths.length) {
      lengths = Arrays.copyOf(lengths, index * 2);
    }
    lengths[index] = length;
  }
}
