package org.palimpsest.objective;

import java.io.Serializable;
import java.util.BitSet;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;

/**
 * The ids that have a meaning of their own. An id that a vocabulary does not have is {@link #NONE}.
 *
 * <p>Sentinel k has the id {@code firstSentinel + k * sentinelStep}. In T5 they descend, and {@code
 * <extra_id_0>} is the last id of the vocabulary; in other tokenizers they ascend.
 *
 * @param size number of ids; all ids lie in [0, size)
 * @param bos begin of sequence, or NONE
 * @param pad padding
 * @param eos end of sequence; also the separator of documents inside a block
 * @param unknown unknown token, or NONE
 * @param mask the mask token, or NONE
 * @param decoderStart what the decoder reads first: {@code eos} in BART, {@code pad} in T5
 * @param firstSentinel id of sentinel 0, or NONE
 * @param sentinels number of sentinels
 * @param sentinelStep 1 if sentinels ascend, −1 if they descend
 * @param special the ids that never stand for text: never corrupted, never drawn as random tokens
 * @param wordStarts the ids that begin a word, for whole-word noise; empty when every token counts
 *     as a word
 * @param named further special tokens by their text, such as the mode tokens of mixtures
 */
public record Vocabulary(
    int size,
    int bos,
    int pad,
    int eos,
    int unknown,
    int mask,
    int decoderStart,
    int firstSentinel,
    int sentinels,
    int sentinelStep,
    BitSet special,
    BitSet wordStarts,
    Map<String, Integer> named)
    implements Serializable {

  /** The id of a token that a vocabulary does not have. */
  public static final int NONE = -1;

  public Vocabulary {
    special = (BitSet) special.clone();
    wordStarts = (BitSet) wordStarts.clone();
    named = Map.copyOf(named);
    if (size <= 0) {
      throw PalimpsestException.configuration(
          "A vocabulary needs at least one id, but has " + size + ".");
    }
  }

  /** A vocabulary whose sentinels descend, without named special tokens. */
  public Vocabulary(
      int size,
      int bos,
      int pad,
      int eos,
      int unknown,
      int mask,
      int decoderStart,
      int firstSentinel,
      int sentinels,
      BitSet special,
      BitSet wordStarts) {
    this(
        size,
        bos,
        pad,
        eos,
        unknown,
        mask,
        decoderStart,
        firstSentinel,
        sentinels,
        -1,
        special,
        wordStarts,
        Map.of());
  }

  public boolean hasBos() {
    return bos != NONE;
  }

  public boolean hasMask() {
    return mask != NONE;
  }

  public boolean isSpecial(int id) {
    return special.get(id) || isSentinel(id);
  }

  /** All ids that never stand for text, but for the sentinels. */
  public BitSet controlIds() {
    BitSet ids = (BitSet) special.clone();
    for (int id : new int[] {bos, pad, eos, unknown, mask, decoderStart}) {
      if (id != NONE) {
        ids.set(id);
      }
    }
    named.values().forEach(ids::set);
    return ids;
  }

  /** Whether {@code id} is one of the sentinels. */
  public boolean isSentinel(int id) {
    int k = (id - firstSentinel) * sentinelStep;
    return k >= 0 && k < sentinels;
  }

  /**
   * The id of sentinel {@code k}.
   *
   * @throws IndexOutOfBoundsException if there are not so many sentinels
   */
  public int sentinel(int k) {
    if (k < 0 || k >= sentinels) {
      throw new IndexOutOfBoundsException("sentinel " + k + " of " + sentinels);
    }
    return firstSentinel + k * sentinelStep;
  }

  /**
   * The vocabulary that {@code corpus} trains: {@code <s>} 0, {@code <pad>} 1, {@code </s>} 2,
   * {@code <unk>} 3, {@code <mask>} 4, text, then the sentinels at the very end.
   */
  public static Vocabulary standard(int size, int sentinels) {
    BitSet special = new BitSet();
    special.set(0, 5);
    special.set(size - sentinels, size);
    int first = sentinels == 0 ? NONE : size - 1;
    return new Vocabulary(size, 0, 1, 2, 3, 4, 2, first, sentinels, special, new BitSet());
  }

  /** The lowest id of a sentinel; 0 if there is none. */
  public int sentinelStart() {
    return sentinels == 0 ? 0 : Math.min(firstSentinel, sentinel(sentinels - 1));
  }

  /** One past the highest id of a sentinel; 0 if there is none. */
  public int sentinelEnd() {
    return sentinels == 0 ? 0 : Math.max(firstSentinel, sentinel(sentinels - 1)) + 1;
  }

  /** The same vocabulary with these ids as beginnings of words. */
  public Vocabulary withWordStarts(BitSet starts) {
    return with(starts, named);
  }

  /** The same vocabulary with these named special tokens. */
  public Vocabulary withNamed(Map<String, Integer> tokens) {
    return with(wordStarts, tokens);
  }

  private Vocabulary with(BitSet starts, Map<String, Integer> tokens) {
    return new Vocabulary(
        size,
        bos,
        pad,
        eos,
        unknown,
        mask,
        decoderStart,
        firstSentinel,
        sentinels,
        sentinelStep,
        special,
        starts,
        tokens);
  }
}
