package org.palimpsest.objective;

import java.util.Arrays;

/**
 * A block on its way through the structural steps: its tokens and, for each, where it stood in the
 * block. Without a step it is a view of the block; the first step moves it to arrays of its own. A
 * reusable buffer.
 */
final class Draft {
  /** The origin of a token that was not in the block. */
  static final int INSERTED = -1;

  int[] tokens;
  int[] origin;
  int length;

  /** Where the next step writes; {@link #commit} makes it current. */
  int[] nextTokens = new int[0];

  int[] nextOrigin = new int[0];

  TokenBlock block;

  /** Whether tokens changed their order, or came or went. */
  boolean permuted;

  boolean resized;

  /** Scratch for orders of sentences and the like. */
  int[] order = new int[0];

  int[] chosen = new int[0];

  final Selection selection = new Selection();

  private int[] identity = new int[0];
  private final int[][] tokenBuffers = {new int[0], new int[0]};
  private final int[][] originBuffers = {new int[0], new int[0]};
  private int writing;

  void load(TokenBlock source) {
    block = source;
    tokens = source.tokens();
    length = tokens.length;
    permuted = false;
    resized = false;
    if (identity.length < length) {
      identity = ascending(length + (length >> 2));
    }
    origin = identity;
    writing = 0;
  }

  static int[] ascending(int length) {
    int[] numbers = new int[length];
    Arrays.setAll(numbers, k -> k);
    return numbers;
  }

  /** Makes room for the text after the next step. */
  void room(int capacity) {
    if (tokenBuffers[writing].length < capacity) {
      tokenBuffers[writing] = new int[capacity + (capacity >> 2)];
      originBuffers[writing] = new int[tokenBuffers[writing].length];
    }
    nextTokens = tokenBuffers[writing];
    nextOrigin = originBuffers[writing];
  }

  /** Appends tokens [from, to) of the present text to the next one, whose length so far is at. */
  int copy(int from, int to, int at) {
    System.arraycopy(tokens, from, nextTokens, at, to - from);
    System.arraycopy(origin, from, nextOrigin, at, to - from);
    return at + to - from;
  }

  /** Makes what the step wrote the present text. */
  void commit(int newLength) {
    tokens = nextTokens;
    origin = nextOrigin;
    length = newLength;
    writing ^= 1;
  }
}
