package org.palimpsest.objective;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A corrupted source and what the decoder restores: a buffer that a {@link Corruptor} fills and
 * that may be filled again. Arrays may be longer than what they hold; the lengths count.
 *
 * <p>Target position t: the decoder reads {@code decoderInput[t]}, stands at position {@code
 * decoderPositions[t]}, and shall say {@code target[t]}; the loss counts there if {@code
 * counted[t]}. {@code roles[t]} says what happened to that token, for evaluation.
 */
public final class DenoisingExample implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The source has the target token at its original position. */
  public static final byte KEPT = 0;

  /** The noise removed or replaced the target token. */
  public static final byte CORRUPTED = 1;

  /** The source has the target token, but a structural step moved it. */
  public static final byte MOVED = 2;

  /** Not text: {@code <s>}, {@code </s>}, sentinels. */
  public static final byte CONTROL = 3;

  private long id;
  private int sourceLength;
  private int targetLength;
  private int rawLength;
  private int spans;
  private int overflowedSpans;
  private int[] source;
  private int[] decoderInput;
  private int[] decoderPositions;
  private int[] target;
  private byte[] roles;
  private boolean[] counted;

  /** An empty buffer with room for {@code capacity} source and target positions. It grows. */
  public DenoisingExample(int capacity) {
    source = new int[capacity];
    decoderInput = new int[capacity];
    decoderPositions = new int[capacity];
    target = new int[capacity];
    roles = new byte[capacity];
    counted = new boolean[capacity];
  }

  /** Begins a new example in this buffer; {@code rawLength} is the number of uncorrupted tokens. */
  public void begin(long id, int rawLength) {
    this.id = id;
    this.rawLength = rawLength;
    sourceLength = 0;
    targetLength = 0;
    spans = 0;
    overflowedSpans = 0;
  }

  public void appendSource(int token) {
    if (sourceLength == source.length) {
      source = Arrays.copyOf(source, grown(sourceLength));
    }
    source[sourceLength++] = token;
  }

  /** Appends a target position. */
  public void appendTarget(int input, int position, int token, byte role, boolean counts) {
    if (targetLength == target.length) {
      growTarget();
    }
    decoderInput[targetLength] = input;
    decoderPositions[targetLength] = position;
    target[targetLength] = token;
    roles[targetLength] = role;
    counted[targetLength++] = counts;
  }

  /**
   * Makes room for {@code capacity} source tokens and gives the live array, to be written directly;
   * {@link #sourceFilled} must follow.
   */
  public int[] roomForSource(int capacity) {
    if (source.length < capacity) {
      source = Arrays.copyOf(source, capacity + (capacity >> 2));
    }
    return source;
  }

  /** Says how much of the source was written directly. */
  public void sourceFilled(int length) {
    sourceLength = length;
  }

  /**
   * Makes room for {@code capacity} target positions in all target arrays, which may then be
   * written directly; {@link #targetFilled} must follow.
   */
  public void roomForTarget(int capacity) {
    if (target.length < capacity) {
      resizeTarget(capacity + (capacity >> 2));
    }
  }

  /** Says how many target positions were written directly. */
  public void targetFilled(int length) {
    targetLength = length;
  }

  private void growTarget() {
    resizeTarget(grown(targetLength));
  }

  private void resizeTarget(int capacity) {
    decoderInput = Arrays.copyOf(decoderInput, capacity);
    decoderPositions = Arrays.copyOf(decoderPositions, capacity);
    target = Arrays.copyOf(target, capacity);
    roles = Arrays.copyOf(roles, capacity);
    counted = Arrays.copyOf(counted, capacity);
  }

  private static int grown(int length) {
    return Math.max(16, length + (length >> 1));
  }

  /**
   * Notes how many spans were corrupted, and how many stayed uncorrupted for lack of a sentinel.
   */
  public void noteSpans(int damaged, int overflowed) {
    spans = damaged;
    overflowedSpans = overflowed;
  }

  public long id() {
    return id;
  }

  /** Number of tokens of the block before corruption. */
  public int rawLength() {
    return rawLength;
  }

  public int sourceLength() {
    return sourceLength;
  }

  public int targetLength() {
    return targetLength;
  }

  /** Number of corrupted spans, insertions not counted. */
  public int spans() {
    return spans;
  }

  /** Number of spans that stayed uncorrupted because no sentinel was left. */
  public int overflowedSpans() {
    return overflowedSpans;
  }

  /** The live array behind the source; only the first {@link #sourceLength()} entries count. */
  public int[] source() {
    return source;
  }

  /** The live array of decoder inputs; only the first {@link #targetLength()} entries count. */
  public int[] decoderInput() {
    return decoderInput;
  }

  /** The live array of decoder positions. */
  public int[] decoderPositions() {
    return decoderPositions;
  }

  /** The live array of target tokens. */
  public int[] target() {
    return target;
  }

  /**
   * The live array of roles: {@link #KEPT}, {@link #CORRUPTED}, {@link #MOVED}, {@link #CONTROL}.
   */
  public byte[] roles() {
    return roles;
  }

  /** The live array that says where the loss counts. */
  public boolean[] counted() {
    return counted;
  }

  /** A copy of the source without spare room. */
  public int[] sourceTokens() {
    return Arrays.copyOf(source, sourceLength);
  }

  /** A copy of the target without spare room. */
  public int[] targetTokens() {
    return Arrays.copyOf(target, targetLength);
  }

  /** An independent copy without spare room. */
  public DenoisingExample copy() {
    DenoisingExample copy = new DenoisingExample(0);
    copy.id = id;
    copy.rawLength = rawLength;
    copy.sourceLength = sourceLength;
    copy.targetLength = targetLength;
    copy.spans = spans;
    copy.overflowedSpans = overflowedSpans;
    copy.source = sourceTokens();
    copy.decoderInput = Arrays.copyOf(decoderInput, targetLength);
    copy.decoderPositions = Arrays.copyOf(decoderPositions, targetLength);
    copy.target = targetTokens();
    copy.roles = Arrays.copyOf(roles, targetLength);
    copy.counted = Arrays.copyOf(counted, targetLength);
    return copy;
  }
}
