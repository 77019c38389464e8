package org.palimpsest.evaluation.inference;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;

/**
 * How a model's source marks missing text, and what its target holds. This is inferred from samples
 * of the model's objective, so that it works for every combination of noise, source and target.
 *
 * @param mark what replaces missing text in the source
 * @param answer what the target contains
 * @param beginsWithBos whether sources begin with {@code <s>}
 * @param endsWithEos whether sources end with {@code </s>}
 */
record MarkUse(Mark mark, Answer answer, boolean beginsWithBos, boolean endsWithEos) {
  private static final int SAMPLE_TOKENS = 48;
  private static final int SAMPLES = 8;

  /** What replaces missing text. */
  enum Mark {
    MASK,
    SENTINEL,
    NONE
  }

  /** What a model generates. */
  enum Answer {
    /** The whole text. */
    TEXT,
    /** The missing spans, each after its sentinel. */
    SPANS,
    /** Text that cannot be inserted without knowing which positions are missing. */
    OTHER
  }

  /** The use of marks of an objective in the form that {@link Objectives#parse} reads. */
  static MarkUse of(Object objective, Vocabulary vocabulary) {
    return of(Objectives.parse(objective), complete(vocabulary));
  }

  /**
   * The vocabulary with sentinels and a mask: what a model's texts begin and end with does not
   * depend on whether its tokenizer can mark gaps.
   */
  private static Vocabulary complete(Vocabulary of) {
    boolean sentinels = of.sentinels() >= SAMPLE_TOKENS;
    if (sentinels && of.hasMask()) {
      return of;
    }
    int mask = of.hasMask() ? of.mask() : of.size();
    int size = Math.max(of.size(), mask + 1) + SAMPLE_TOKENS + 1;
    return new Vocabulary(
        size,
        new Vocabulary.Roles(of.bos(), of.pad(), of.eos(), of.unknown(), mask, of.decoderStart()),
        sentinels ? of.sentinelIds() : Vocabulary.Sentinels.descending(size - 1, SAMPLE_TOKENS + 1),
        specials(of, size),
        of.wordStarts(),
        of.named());
  }

  private static BitSet specials(Vocabulary of, int size) {
    BitSet special = of.controlIds();
    special.set(of.sentinelStart(), of.sentinelEnd());
    special.set(of.size(), size);
    return special;
  }

  private static MarkUse of(Objective objective, Vocabulary vocabulary) {
    Corruptor corruptor = objective.ofTokens().corruptor(vocabulary, SAMPLE_TOKENS);
    TokenBlock block = sample(vocabulary);
    MarkUse use = new MarkUse(Mark.NONE, Answer.TEXT, true, true);
    for (int seed = 0; seed < SAMPLES; seed++) {
      use = use.and(corruptor.corrupt(block, seed, 0), vocabulary);
    }
    return use;
  }

  private static TokenBlock sample(Vocabulary vocabulary) {
    int[] text =
        IntStream.range(0, vocabulary.size())
            .filter(id -> !vocabulary.isSpecial(id) && !vocabulary.isSentinel(id))
            .limit(SAMPLE_TOKENS)
            .toArray();
    return TokenBlock.ofSentence(0, text);
  }

  private MarkUse and(DenoisingExample example, Vocabulary vocabulary) {
    int[] source = example.sourceTokens();
    boolean sentinels = IntStream.of(source).anyMatch(vocabulary::isSentinel);
    boolean masks = IntStream.of(source).anyMatch(id -> id == vocabulary.mask());
    int text = textTokens(example);
    Answer found =
        text == example.rawLength() ? Answer.TEXT : sentinels ? Answer.SPANS : Answer.OTHER;
    return new MarkUse(
        sentinels ? Mark.SENTINEL : masks ? Mark.MASK : mark,
        found == Answer.TEXT ? answer : found,
        beginsWithBos && source.length > 0 && source[0] == vocabulary.bos(),
        endsWithEos && source.length > 0 && source[source.length - 1] == vocabulary.eos());
  }

  private static int textTokens(DenoisingExample example) {
    int text = 0;
    for (int t = 0; t < example.targetLength(); t++) {
      text += example.roles()[t] == DenoisingExample.CONTROL ? 0 : 1;
    }
    return text;
  }

  /**
   * The use of marks after fine-tuning on pairs: sources without marks that end with {@code </s>},
   * and whole targets.
   */
  MarkUse ofPairs() {
    return new MarkUse(Mark.NONE, Answer.TEXT, beginsWithBos, true);
  }

  /** The id that marks the k-th missing span. */
  int markId(Vocabulary vocabulary, int k) {
    return mark == Mark.SENTINEL ? vocabulary.sentinel(k) : vocabulary.mask();
  }
}
