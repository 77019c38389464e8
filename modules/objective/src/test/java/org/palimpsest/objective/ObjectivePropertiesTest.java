package org.palimpsest.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.palimpsest.objective.denoising.DenoisingObjective;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/** What holds for every objective and every text. */
class ObjectivePropertiesTest {
  private static final int MOST = 600;

  @Provide
  Arbitrary<Objective> objectives() {
    return Arbitraries.of(
            "autoencoder token-masking token-deletion text-infilling sentence-permutation"
                .concat(" document-rotation bart t5 mass prefix-lm ul2 bert-style deshuffling")
                .concat(" iid_15_m_f iid_15_u_u iid_15_d_d span_10_25_u_u reg_2-5_25_s_s")
                .concat(" iid_15_g_f iid_50_p_f span_3_50_u_d")
                .split(" "))
        .map(Objectives::parse);
  }

  @Provide
  Arbitrary<Objective> sentinelObjectives() {
    return Arbitraries.of("t5", "span_2_25_u_u", "iid_15_u_u", "reg_3_15_u_u", "span_8_50_u_u")
        .map(Objectives::parse);
  }

  @Provide
  Arbitrary<TokenBlock> blocks() {
    Arbitrary<Integer> lengths = Arbitraries.integers().between(0, MOST);
    Arbitrary<Integer> parts = Arbitraries.integers().between(1, 90);
    return lengths.flatMap(
        length ->
            parts.flatMap(
                part ->
                    Arbitraries.of(
                        Texts.plain(length, length),
                        Texts.sentences(length, length, part),
                        Texts.documents(length, length, part + 1))));
  }

  @Property
  void whatHoldsForAll(
      @ForAll("objectives") Objective objective,
      @ForAll("blocks") TokenBlock block,
      @ForAll long epoch) {
    TokenBlock untouched = copy(block);
    Corruptor corruptor = objective.corruptor(Texts.BART, MOST);
    DenoisingExample example = corruptor.corrupt(block, 1, epoch);
    assertThat(block).isEqualTo(untouched);
    assertThat(example.id()).isEqualTo(block.id());
    assertThat(example.rawLength()).isEqualTo(block.length());
    assertThat(corruptor.corrupt(block, 1, epoch).sourceTokens()).isEqualTo(example.sourceTokens());
    assertSpecialTokensAreKept(block, example);
    assertLengthsAsPlanned(objective, block, example);
    for (int at = 0; at < example.targetLength(); at++) {
      boolean control = example.roles()[at] == DenoisingExample.CONTROL;
      assertThat(control && !isControl(example.target()[at])).isFalse();
    }
  }

  private static void assertLengthsAsPlanned(
      Objective objective, TokenBlock block, DenoisingExample example) {
    if (IntStream.of(block.tokens()).noneMatch(ObjectivePropertiesTest::isControl)) {
      Objective.Lengths lengths = objective.lengths(Texts.BART, block.length());
      assertThat(example.sourceLength()).isLessThanOrEqualTo(lengths.maxSource());
      assertThat(example.targetLength()).isLessThanOrEqualTo(lengths.maxTarget());
      boolean exact = lengths.meanSource() == lengths.maxSource();
      if (exact && objective instanceof DenoisingObjective) {
        assertThat(example.sourceLength()).isEqualTo(lengths.maxSource());
      }
    }
  }

  /** Separators survive in the source, or are in the target. */
  private static void assertSpecialTokensAreKept(TokenBlock block, DenoisingExample example) {
    long separators = IntStream.of(block.tokens()).filter(token -> token == 2).count();
    long kept = IntStream.of(example.sourceTokens()).filter(token -> token == 2).count() - 1;
    assertThat(kept).isEqualTo(separators);
    for (int at = 0; at < example.targetLength(); at++) {
      if (example.target()[at] == 2) {
        assertThat(example.roles()[at]).isNotEqualTo(DenoisingExample.CORRUPTED);
      }
    }
  }

  private static boolean isControl(int token) {
    return token < Texts.FIRST || Texts.BART.isSentinel(token);
  }

  private static TokenBlock copy(TokenBlock block) {
    return new TokenBlock(
        block.id(),
        block.tokens().clone(),
        block.sentenceStarts().clone(),
        block.documentStarts().clone());
  }

  /** Full targets are the text; the source holds the kept tokens in their order. */
  @Property
  void fullTextIsRestored(@ForAll("blocks") TokenBlock block, @ForAll long epoch) {
    for (String name : new String[] {"text-infilling", "token-masking", "token-deletion"}) {
      DenoisingExample example = Texts.corruptor(name, MOST).corrupt(block, 1, epoch);
      int[] target = example.targetTokens();
      assertThat(Arrays.copyOfRange(target, 1, target.length - 1)).isEqualTo(block.tokens());
      int[] kept =
          IntStream.range(0, target.length)
              .filter(at -> example.roles()[at] != DenoisingExample.CORRUPTED)
              .map(at -> target[at])
              .toArray();
      int[] left = IntStream.of(example.sourceTokens()).filter(token -> token != 4).toArray();
      assertThat(left).isEqualTo(kept);
    }
  }

  /** Sentinels descend by one and agree on both sides; put in their places, they give the text. */
  @Property
  void sentinelsRestoreTheText(
      @ForAll("sentinelObjectives") Objective objective,
      @ForAll("blocks") TokenBlock block,
      @ForAll long epoch) {
    DenoisingExample example = objective.corruptor(Texts.BART, MOST).corrupt(block, 1, epoch);
    int[] source = example.sourceTokens();
    int[] target = example.targetTokens();
    int next = 31_999;
    int reading = 0;
    int[] restored = new int[block.length()];
    int length = 0;
    for (int at = 0; at < source.length - 1; at++) {
      if (!Texts.BART.isSentinel(source[at])) {
        restored[length++] = source[at];
        continue;
      }
      assertThat(source[at]).isEqualTo(next);
      assertThat(target[reading++]).isEqualTo(next--);
      while (!isControl(target[reading])) {
        restored[length++] = target[reading++];
      }
    }
    assertThat(length).isEqualTo(block.length());
    assertThat(restored).isEqualTo(block.tokens());
    boolean last = target[reading] == next;
    assertThat(target.length - reading).isEqualTo(last ? 2 : 1);
    // Text that ends undamaged is followed by one more sentinel, and only such text.
    assertThat(last)
        .isEqualTo(source.length > 1 && !Texts.BART.isSentinel(source[source.length - 2]));
  }

  /** T5: inputs + targets = L + 2s + 2; first word kept, last word damaged. */
  @Property
  void t5Lengths(
      @ForAll @IntRange(min = 2, max = MOST) int tokens,
      @ForAll @IntRange(min = 1, max = 80) int percent,
      @ForAll @IntRange(min = 1, max = 20) int mean,
      @ForAll long epoch) {
    String name = "span_" + mean + "_" + percent + "_u_u";
    Vocabulary vocabulary = Vocabulary.standard(32_000, 700);
    DenoisingExample example =
        Objectives.parse(name)
            .corruptor(vocabulary, MOST)
            .corrupt(Texts.plain(1, tokens), 1, epoch);
    assertThat(example.sourceLength() + example.targetLength())
        .isEqualTo(tokens + 2 * example.spans() + 2);
    assertThat(example.source()[0]).isEqualTo(Texts.FIRST);
    assertThat(example.source()[example.sourceLength() - 2]).isGreaterThan(31_000);
  }

  /** MASS: every target token goes where its decoder position says, one to the right. */
  @Property
  void massRestoresTheText(@ForAll @IntRange(min = 1, max = MOST) int tokens, @ForAll long epoch) {
    DenoisingExample example =
        Texts.corruptor("mass", MOST).corrupt(Texts.plain(1, tokens), 1, epoch);
    int[] source = example.sourceTokens();
    assertThat(example.targetLength()).isEqualTo(Math.max(1, Rounding.even(0.5 * tokens)));
    for (int at = 0; at < example.targetLength(); at++) {
      int left = example.decoderPositions()[at];
      assertThat(example.decoderInput()[at]).isEqualTo(left == 0 ? 0 : Texts.FIRST + left - 1);
      source[left + 1] = example.target()[at];
    }
    int[] text = Arrays.copyOfRange(source, 1, source.length - 1);
    assertThat(text).isEqualTo(Texts.plain(1, tokens).tokens());
  }

  @Property
  void prefixAndRestAreTheText(
      @ForAll @IntRange(min = 2, max = MOST) int tokens, @ForAll long epoch) {
    DenoisingExample example =
        Texts.corruptor("prefix-lm", MOST).corrupt(Texts.plain(1, tokens), 1, epoch);
    int[] prefix = Arrays.copyOf(example.source(), example.sourceLength() - 1);
    int[] rest = Arrays.copyOf(example.target(), example.targetLength() - 1);
    assertThat(prefix).isNotEmpty();
    assertThat(rest).isNotEmpty();
    assertThat(IntStream.concat(IntStream.of(prefix), IntStream.of(rest)).toArray())
        .isEqualTo(Texts.plain(1, tokens).tokens());
  }

  /** BERT-style: the loss counts where the noise chose, kept tokens included. */
  @Property
  void bertStyleCountsWhatWasChosen(@ForAll("blocks") TokenBlock block, @ForAll long epoch) {
    DenoisingExample example = Texts.corruptor("bert-style", MOST).corrupt(block, 1, epoch);
    for (int at = 0; at < example.targetLength(); at++) {
      boolean damaged = example.roles()[at] == DenoisingExample.CORRUPTED;
      boolean counts = example.counted()[at];
      assertThat(damaged && !counts).isFalse();
      if (counts) {
        assertThat(isControl(example.target()[at])).isFalse();
      }
    }
  }

  /** The dial's end: all is masked, which is generation. */
  @Property
  void densityOneDamagesEverything(@ForAll @IntRange(min = 1, max = MOST) int tokens) {
    for (String kind : new String[] {"iid", "random-spans", "regular-spans", "tail"}) {
      assertAllDamaged(Description.of("kind", kind, "density", 1), tokens);
    }
    assertAllDamaged(
        Description.of("kind", "poisson-spans", "density", 1, "sampler", "exact"), tokens);
  }

  private static void assertAllDamaged(Object noise, int tokens) {
    Object description =
        Description.of(
            "noise", noise, "source", Description.of("kind", "mask-span"), "target", "full-text");
    DenoisingExample example =
        Texts.corruptor(description, MOST).corrupt(Texts.plain(1, tokens), 1, 0);
    int[] source = example.sourceTokens();
    assertThat(Arrays.stream(source, 1, source.length - 1)).isNotEmpty().containsOnly(4);
  }
}
