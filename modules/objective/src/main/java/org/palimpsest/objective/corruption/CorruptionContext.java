package org.palimpsest.objective.corruption;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.Vocabulary.LanguagePlace;

/**
 * The working state of a corruptor: the text, the marked spans, the random numbers, and the example
 * that is being written. One per corruptor, reused for every block.
 */
public final class CorruptionContext {
  public final Vocabulary vocabulary;
  public final SpecialIds ids;
  public final Frame frame;
  public final LossScope loss;
  public final NoiseRandom random = new NoiseRandom();
  public final EditBuffer draft = new EditBuffer();
  public final Spans spans = new Spans();

  /** A token that tells the model which objective this is, or {@link Vocabulary#NONE}. */
  public final int modeToken;

  public DenoisingExample into;

  /** Number of texts that a step left as they were, because they would have been too long. */
  public int overflowed;

  /** The role of every token of the draft. */
  public byte[] fate = new byte[0];

  private final BitSet languages;

  /** The token of the block's language, or {@link Vocabulary#NONE}. */
  private int language = Vocabulary.NONE;

  private int[] ascending = new int[0];
  private int[] ranks = new int[0];

  /** The texts of tokens, if the objective reads them; otherwise null. */
  private final TextCodec codec;

  private final Map<Class<?>, Object> tools = new HashMap<>();

  public CorruptionContext(Vocabulary vocabulary, Frame frame, LossScope loss, int modeToken) {
    this(vocabulary, null, frame, loss, modeToken);
  }

  /**
   * The state of an objective that reads texts.
   *
   * @param codec null if it does not
   */
  public CorruptionContext(
      Vocabulary vocabulary, TextCodec codec, Frame frame, LossScope loss, int modeToken) {
    this.vocabulary = vocabulary;
    this.codec = codec;
    this.ids = new SpecialIds(vocabulary);
    this.frame = frame;
    this.loss = loss;
    this.modeToken = modeToken;
    this.languages = vocabulary.languages();
  }

  /** The texts of tokens. */
  public TextCodec codec() {
    return codec;
  }

  /** The working state of a step, which is made once and reused for every block. */
  public <T> T tool(Class<T> type, Supplier<T> maker) {
    return type.cast(tools.computeIfAbsent(type, key -> maker.get()));
  }

  /** Returns the text of a block, which may end with the token of its language. */
  public TokenBlock text(TokenBlock block) {
    int last = block.length() - 1;
    boolean ends = last >= 0 && languages.get(Math.max(0, block.tokens()[last]));
    language = ends ? block.tokens()[last] : Vocabulary.NONE;
    return ends ? block.first(last) : block;
  }

  /** The token before a text: {@code <s>}, a language, or {@link Vocabulary#NONE}. */
  private int opening() {
    if (language != Vocabulary.NONE) {
      return isLanguageAt(LanguagePlace.BEFORE_TEXT) ? language : Vocabulary.NONE;
    }
    return frame.hasBegin(vocabulary) ? vocabulary.bos() : Vocabulary.NONE;
  }

  private boolean isLanguageAt(LanguagePlace place) {
    return language != Vocabulary.NONE && vocabulary.languagePlace() == place;
  }

  /** What the decoder reads before the first token of a text. */
  public int beforeText() {
    int opening = opening();
    return opening == Vocabulary.NONE ? decoderStart() : opening;
  }

  private int decoderStart() {
    return isLanguageAt(LanguagePlace.AFTER_END) ? language : vocabulary.decoderStart();
  }

  /** Number of tokens that stand before the text in the source. */
  public int lead() {
    return (opening() == Vocabulary.NONE ? 0 : 1) + (modeToken == Vocabulary.NONE ? 0 : 1);
  }

  /** Makes room for a source with so many text tokens and writes what stands before them. */
  public int[] beginSource(int textTokens) {
    int[] source = into.roomForSource(textTokens + 3);
    int at = 0;
    int opening = opening();
    if (opening != Vocabulary.NONE) {
      source[at++] = opening;
    }
    if (modeToken != Vocabulary.NONE) {
      source[at] = modeToken;
    }
    return source;
  }

  /** Writes what stands behind the text of the source. */
  public void endSource(int[] source, int length) {
    int end = length;
    if (frame.hasEnd()) {
      source[end++] = vocabulary.eos();
    }
    if (isLanguageAt(LanguagePlace.AFTER_END)) {
      source[end++] = language;
    }
    into.sourceFilled(end);
  }

  /** Copies the uncorrupted tokens [from, to) to the source. */
  public int copy(int from, int to, int[] source, int at) {
    System.arraycopy(draft.tokens, from, source, at, to - from);
    return at + to - from;
  }

  /** Gives the tokens [from, to) a role. */
  public void mark(int from, int to, byte role) {
    Arrays.fill(fate, from, to, role);
  }

  /** Before the noise: what no step moved is kept. */
  public void beginFates() {
    if (fate.length < draft.length) {
      fate = new byte[draft.length + (draft.length >> 2)];
    }
    if (!draft.permuted) {
      Arrays.fill(fate, 0, draft.length, DenoisingExample.KEPT);
    } else {
      markMoved();
    }
  }

  /** Whether a token of the draft is text of the block, which noise may corrupt. */
  public boolean isText(int at) {
    return draft.origin[at] != EditBuffer.INSERTED && !ids.isSpecial(draft.tokens[at]);
  }

  private void markMoved() {
    int[] origin = draft.origin;
    if (draft.resized) {
      markMovedAmongSurvivors(origin);
      return;
    }
    for (int at = 0; at < draft.length; at++) {
      fate[at] = origin[at] == at ? DenoisingExample.KEPT : DenoisingExample.MOVED;
    }
  }

  /** Where tokens went, the others' places shift, but they did not move. */
  private void markMovedAmongSurvivors(int[] origin) {
    if (ranks.length < draft.block.length()) {
      ranks = new int[draft.block.length() * 2];
    }
    int[] rank = ranks;
    int length = draft.block.length();
    Arrays.fill(rank, 0, length, 0);
    for (int at = 0; at < draft.length; at++) {
      if (origin[at] != EditBuffer.INSERTED) {
        rank[origin[at]] = 1;
      }
    }
    int survivors = 0;
    for (int place = 0; place < length; place++) {
      int present = rank[place];
      rank[place] = survivors;
      survivors += present;
    }
    int here = 0;
    for (int at = 0; at < draft.length; at++) {
      boolean inserted = origin[at] == EditBuffer.INSERTED;
      boolean still = inserted || rank[origin[at]] == here;
      fate[at] = still ? DenoisingExample.KEPT : DenoisingExample.MOVED;
      here += inserted ? 0 : 1;
    }
  }

  /** Makes room for a target with so many text tokens and sentinels; writes what stands first. */
  public int beginTarget(int tokens) {
    into.roomForTarget(tokens + 2);
    int opening = opening();
    return opening == Vocabulary.NONE ? 0 : control(opening, 0);
  }

  /** Writes a token that is not text at target position {@code at}; gives the next position. */
  public int control(int token, int at) {
    into.target()[at] = token;
    into.roles()[at] = DenoisingExample.CONTROL;
    into.counted()[at] = loss == LossScope.ALL;
    return at + 1;
  }

  /** Writes the corrupted tokens [from, to) to the target; the loss counts there. */
  public int restore(int from, int to, int at) {
    int length = to - from;
    System.arraycopy(draft.tokens, from, into.target(), at, length);
    System.arraycopy(fate, from, into.roles(), at, length);
    Arrays.fill(into.counted(), at, at + length, true);
    return at + length;
  }

  /** Writes what stands behind the text of the target, and completes it. */
  public void endTarget(int length) {
    completeTarget(frame.hasEnd() ? control(vocabulary.eos(), length) : length);
  }

  /** Decoder inputs are the target shifted to the right; positions ascend. */
  void completeTarget(int length) {
    int[] input = into.decoderInput();
    if (length > 0) {
      input[0] = decoderStart();
      System.arraycopy(into.target(), 0, input, 1, length - 1);
    }
    if (ascending.length < length) {
      ascending = EditBuffer.ascending(length + (length >> 2));
    }
    System.arraycopy(ascending, 0, into.decoderPositions(), 0, length);
    into.targetFilled(length);
  }
}
