package org.palimpsest.objective.corruption;

import java.util.Arrays;
import org.palimpsest.objective.TokenBlock;

/**
 * A block on its way through the structural steps: its tokens and, for each, where it stood in the
 * block. Without a step it is a view of the block; the first step moves it to arrays of its own. A
 * reusable buffer.
 */
public final class EditBuffer {
  /** The origin of a token that was not in the block. */
  public static final int INSERTED = -1;

  public int[] tokens;
  public int[] origin;
  public int length;

  /** Where the next step writes; {@link #commit} makes it current. */
  public int[] nextTokens = new int[0];

  public int[] nextOrigin = new int[0];

  public TokenBlock block;

  /** Whether tokens changed their order, or came or went. */
  public boolean permuted;

  public boolean resized;

  /** Scratch for orders of sentences and the like. */
  public int[] order = new int[0];

  public int[] chosen = new int[0];

  public final Selection selection = new Selection();

  private int[] identity = new int[0];
  private final int[][] tokenBuffers = {new int[0], new int[0]};
  private final int[][] originBuffers = {new int[0], new int[0]};
  private int writing;

  public void load(TokenBlock source) {
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
  public void room(int capacity) {
    if (tokenBuffers[writing].length < capacity) {
      tokenBuffers[writing] = new int[capacity + (capacity >> 2)];
      originBuffers[writing] = new int[tokenBuffers[writing].length];
    }
    nextTokens = tokenBuffers[writing];
    nextOrigin = originBuffers[writing];
  }

  /** Appends tokens [from, to) of the present text to the next one, whose length so far is at. */
  public int copy(int from, int to, int at) {
    System.arraycopy(tokens, from, nextTokens, at, to - from);
    System.arraycopy(origin, from, nextOrigin, at, to - from);
    return at + to - from;
  }

  /** Makes what the step wrote the present text. */
  public void commit(int newLength) {
    tokens = nextTokens;
    origin = nextOrigin;
    length = newLength;
    writing ^= 1;
  }
}
