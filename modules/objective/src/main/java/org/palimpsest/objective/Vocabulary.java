package org.palimpsest.objective;

import java.io.Serializable;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.IntStream;
import org.palimpsest.base.PalimpsestException;

/**
 * The ids that have a meaning of their own. An id that a vocabulary does not have is {@link #NONE}.
 *
 * <p>In T5 sentinels descend, and {@code <extra_id_0>} is the last id of the vocabulary; in other
 * tokenizers they ascend.
 *
 * @param size number of ids; all ids lie in [0, size)
 * @param roles the ids with a role in every sequence
 * @param sentinelIds the sentinels
 * @param special the ids that never stand for text: never corrupted, never drawn as random tokens
 * @param wordStarts the ids that begin a word, for whole-word noise; empty when every token counts
 *     as a word
 * @param named further special tokens by their text, such as the mode tokens of mixtures and
 *     languages
 * @param languagePlace place of the token of a language in a source
 */
public record Vocabulary(
    int size,
    Roles roles,
    Sentinels sentinelIds,
    BitSet special,
    BitSet wordStarts,
    Map<String, Integer> named,
    LanguagePlace languagePlace)
    implements Serializable {

  /** The id of a token that a vocabulary does not have. */
  public static final int NONE = -1;

  /** The roles of BART's vocabularies: {@code <s>} 0, {@code <pad>} 1, {@code </s>} 2, ... */
  private static final Roles STANDARD = new Roles(0, 1, 2, 3, 4, 2);

  /**
   * The ids with a role in every sequence.
   *
   * @param bos begin of sequence, or NONE
   * @param pad padding
   * @param eos end of sequence; also the separator of documents inside a block
   * @param unknown unknown token, or NONE
   * @param mask the mask token, or NONE
   * @param decoderStart what the decoder reads first: {@code eos} in BART, {@code pad} in T5
   */
  public record Roles(int bos, int pad, int eos, int unknown, int mask, int decoderStart)
      implements Serializable {
    IntStream ids() {
      return IntStream.of(bos, pad, eos, unknown, mask, decoderStart).filter(id -> id != NONE);
    }
  }

  /** Where sources have the token of their language. */
  public enum LanguagePlace {
    /** Nowhere: texts have no language. */
    NONE,
    /** Before the text, in the place of {@code <s>}, as in mBART-50 and NLLB; so have targets. */
    BEFORE_TEXT,
    /** After {@code </s>}, as in mBART; the decoder begins with the language of the target. */
    AFTER_END
  }

  /**
   * The sentinels: number k has the id {@code first + k * step}.
   *
   * @param first id of sentinel 0, or NONE
   * @param count number of sentinels
   * @param step 1 if their ids ascend, −1 if they descend
   */
  public record Sentinels(int first, int count, int step) implements Serializable {
    /** No sentinels. */
    public static final Sentinels NO_SENTINELS = new Sentinels(NONE, 0, -1);

    /** Sentinels with descending ids, as T5 has them. */
    public static Sentinels descending(int first, int count) {
      return new Sentinels(first, count, -1);
    }
  }

  public Vocabulary {
    special = (BitSet) special.clone();
    wordStarts = (BitSet) wordStarts.clone();
    named = Map.copyOf(named);
    if (size <= 0) {
      throw PalimpsestException.configuration(
          "A vocabulary needs at least one id, but has " + size + ".");
    }
  }

  /** A vocabulary without languages. */
  public Vocabulary(
      int size,
      Roles roles,
      Sentinels sentinelIds,
      BitSet special,
      BitSet wordStarts,
      Map<String, Integer> named) {
    this(size, roles, sentinelIds, special, wordStarts, named, LanguagePlace.NONE);
  }

  /** A vocabulary without known word starts and without named special tokens. */
  public Vocabulary(int size, Roles roles, Sentinels sentinelIds, BitSet special) {
    this(size, roles, sentinelIds, special, new BitSet(), Map.of());
  }

  public int bos() {
    return roles.bos;
  }

  public int pad() {
    return roles.pad;
  }

  public int eos() {
    return roles.eos;
  }

  public int unknown() {
    return roles.unknown;
  }

  public int mask() {
    return roles.mask;
  }

  public int decoderStart() {
    return roles.decoderStart;
  }

  public int firstSentinel() {
    return sentinelIds.first;
  }

  /** Returns the number of sentinels. */
  public int sentinels() {
    return sentinelIds.count;
  }

  public int sentinelStep() {
    return sentinelIds.step;
  }

  public boolean hasBos() {
    return roles.bos != NONE;
  }

  public boolean hasMask() {
    return roles.mask != NONE;
  }

  public boolean isSpecial(int id) {
    return special.get(id) || isSentinel(id);
  }

  /** All ids that never stand for text, but for the sentinels. */
  public BitSet controlIds() {
    BitSet ids = (BitSet) special.clone();
    roles.ids().forEach(ids::set);
    named.values().forEach(ids::set);
    return ids;
  }

  /** Whether {@code id} is one of the sentinels. */
  public boolean isSentinel(int id) {
    int k = (id - sentinelIds.first) * sentinelIds.step;
    return k >= 0 && k < sentinelIds.count;
  }

  /**
   * The id of sentinel {@code k}.
   *
   * @throws IndexOutOfBoundsException if there are not so many sentinels
   */
  public int sentinel(int k) {
    if (k < 0 || k >= sentinelIds.count) {
      throw new IndexOutOfBoundsException("sentinel " + k + " of " + sentinelIds.count);
    }
    return sentinelIds.first + k * sentinelIds.step;
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
    return new Vocabulary(size, STANDARD, Sentinels.descending(first, sentinels), special);
  }

  /** The lowest id of a sentinel; 0 if there is none. */
  public int sentinelStart() {
    return sentinelIds.count == 0
        ? 0
        : Math.min(sentinelIds.first, sentinel(sentinelIds.count - 1));
  }

  /** One past the highest id of a sentinel; 0 if there is none. */
  public int sentinelEnd() {
    return sentinelIds.count == 0
        ? 0
        : Math.max(sentinelIds.first, sentinel(sentinelIds.count - 1)) + 1;
  }

  /** The same vocabulary with these ids as beginnings of words. */
  public Vocabulary withWordStarts(BitSet starts) {
    return new Vocabulary(size, roles, sentinelIds, special, starts, named, languagePlace);
  }

  /** The same vocabulary with these named special tokens. */
  public Vocabulary withNamed(Map<String, Integer> tokens) {
    return new Vocabulary(size, roles, sentinelIds, special, wordStarts, tokens, languagePlace);
  }

  /** The same vocabulary, whose named special tokens may stand for languages. */
  public Vocabulary withLanguages(LanguagePlace place) {
    return new Vocabulary(size, roles, sentinelIds, special, wordStarts, named, place);
  }

  /** The ids that may stand for the language of a text; empty if texts have none. */
  public BitSet languages() {
    BitSet ids = new BitSet();
    if (languagePlace != LanguagePlace.NONE) {
      named.values().forEach(ids::set);
    }
    return ids;
  }
}
