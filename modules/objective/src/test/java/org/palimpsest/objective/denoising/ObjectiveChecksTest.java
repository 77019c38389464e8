package org.palimpsest.objective.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;

/** What a corruptor is refused for. */
class ObjectiveChecksTest {
  private static Vocabulary withoutMask(int sentinels) {
    BitSet special = new BitSet();
    special.set(0, 3);
    int none = Vocabulary.NONE;
    return new Vocabulary(
        1000,
        new Vocabulary.Roles(none, 0, 1, 2, none, 0),
        Vocabulary.Sentinels.descending(999, sentinels),
        special);
  }

  private static void refused(
      Object description, Vocabulary vocabulary, int blockTokens, String message) {
    Objective objective = Objectives.parse(description);
    assertThatThrownBy(() -> objective.corruptor(vocabulary, blockTokens))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CONFIGURATION))
        .hasMessage(message);
  }

  @Test
  void maskTokensMustExist() {
    refused(
        "bart",
        withoutMask(100),
        512,
        "Objective 'bart' writes mask tokens, but the vocabulary has none; use a tokenizer with a"
            + " mask token, or set source.placeholder = sentinel.");
    Object placeholder = Map.of("preset", "bart", "source", Map.of("placeholder", "sentinel"));
    assertThat(Objectives.parse(placeholder).corruptor(withoutMask(100), 512)).isNotNull();
    refused(
        Map.of("steps", List.of("token-insertion")),
        withoutMask(100),
        512,
        "Objective 'custom' writes mask tokens, but the vocabulary has none; use a tokenizer with a"
            + " mask token, or set source.placeholder = sentinel.");
  }

  /** UL2's setting, whose ids would count down into ordinary text in T5's code. */
  @Test
  void fixedNumbersOfSpansNeedAsManySentinels() {
    String x = "span_3_50_u_u";
    refused(
        x,
        withoutMask(127),
        766,
        "Objective 'span_3_50_u_u' needs 128 sentinels for blocks of 766 tokens, but the vocabulary"
            + " has 127; give it more sentinels, lower noise.density, make the spans longer, or"
            + " make the blocks shorter.");
    assertThat(Objectives.parse(x).corruptor(withoutMask(128), 766)).isNotNull();
  }

  /** Mean 65.3 runs, deviation 6.3, and a last sentinel. */
  @Test
  void randomNumbersOfSpansNeedTheMeanAndSixDeviations() {
    refused(
        "iid_15_u_u",
        withoutMask(100),
        512,
        "Objective 'iid_15_u_u' needs 105 sentinels for blocks of 512 tokens, but the vocabulary"
            + " has 100; give it more sentinels, lower noise.density, make the spans longer, or"
            + " make the blocks shorter.");
  }

  @Test
  void modeTokensMustExist() {
    refused(
        "ul2",
        withoutMask(100),
        100,
        "Objective 'ul2-r-3-15' begins its sources with the mode token '[NLU]', which is no special"
            + " token of the vocabulary; add it to the tokenizer, or leave mode-token out.");
  }

  @Test
  void randomTokensNeedText() {
    BitSet special = new BitSet();
    special.set(0, 1000);
    Vocabulary empty =
        new Vocabulary(
            1000,
            new Vocabulary.Roles(0, 1, 2, 3, 4, 2),
            Vocabulary.Sentinels.NO_SENTINELS,
            special);
    refused(
        "bart",
        empty,
        512,
        "Objective 'bart' writes random text tokens, but every id of the vocabulary is special; set"
            + " the random shares to 0.");
  }

  @Test
  void aLossOnDamageNeedsDamage() {
    for (String noise : new String[] {"none", "iid"}) {
      Map<String, Object> description =
          Map.of(
              "noise",
              noise.equals("none") ? Map.of("kind", noise) : Map.of("kind", noise, "density", 0.0),
              "source",
              Map.of("kind", "mask-token"),
              "loss",
              "damaged");
      assertThatThrownBy(() -> Objectives.parse(description))
          .hasMessage(
              "Objective 'custom' counts the loss on damaged tokens, but damages none; set loss ="
                  + " all.");
    }
  }

  @Test
  void blocksHaveAToken() {
    refused(
        "bart",
        Texts.BART,
        0,
        "Objective 'bart' needs blocks of at least one token, but was given 0.");
  }

  @Test
  void idsBeyondTheVocabularyAreRefused() {
    Corruptor corruptor = Texts.corruptor("t5", 512);
    TokenBlock block = TokenBlock.ofSentence(17, 100, 32_000, 101);
    assertThatThrownBy(() -> corruptor.corrupt(block, 1, 0))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessage(
            "Block 17 holds the token id 32000, but the vocabulary has the ids 0 to 31999; use the"
                + " tokenizer that the corpus was prepared with.");
  }

  @Test
  void spansWithoutSentinelStayUndamagedAndAreCounted() {
    Corruptor corruptor = Objectives.parse("t5").corruptor(withoutMask(8), 100);
    DenoisingExample example = corruptor.corrupt(Texts.plain(1, 568), 1, 0);
    assertThat(example.spans()).isEqualTo(7);
    assertThat(example.overflowedSpans()).isEqualTo(21);
    assertThat(example.sourceTokens()).contains(999, 993).doesNotContain(992);
    assertThat(example.target()[example.targetLength() - 2]).isEqualTo(992);
  }
}
