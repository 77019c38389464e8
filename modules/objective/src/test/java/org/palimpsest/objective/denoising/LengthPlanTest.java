package org.palimpsest.objective.denoising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.objective.noise.NoiseUnit.TOKEN;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.noise.RandomSpans;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.objective.source.SentinelPerSpan;
import org.palimpsest.objective.target.SentinelTarget;
import org.palimpsest.objective.text.Description;

/** The table of T5's {@code random_spans_helper}; its first two rows are T5's own tests. */
class LengthPlanTest {
  private static DenoisingObjective t5(double density, double mean) {
    return new DenoisingObjective(
        "t5",
        List.of(),
        new RandomSpans(density, mean, RandomSpans.Roll.OFF, TOKEN),
        new SentinelPerSpan(),
        new SentinelTarget(SentinelTarget.Last.AS_NEEDED, SentinelTarget.First.ALWAYS),
        LossScope.ALL,
        Frame.END,
        "");
  }

  @ParameterizedTest
  @CsvSource({
    "64, 0.20, 2, 70, 22, 14, 7",
    "64, 0.20, 1, 63, 27, 13, 13",
    "64, 0.15, 3, 70, 14, 10, 3",
    "114, 0.15, 3, 126, 26, 19, 6",
    "128, 0.15, 3, 141, 29, 21, 7",
    "512, 0.15, 3, 568, 114, 85, 28",
    "1024, 0.15, 3, 1137, 229, 171, 57",
    "512, 0.15, 2, 552, 126, 83, 42",
    "512, 0.15, 5, 581, 105, 87, 17",
    "512, 0.15, 10, 591, 99, 89, 9",
    "512, 0.10, 3, 548, 74, 55, 18",
    "512, 0.50, 3, 766, 512, 383, 128",
    "512, 0.50, 8, 908, 512, 454, 57",
    "512, 0.50, 64, 1006, 512, 503, 8"
  })
  void t5(int source, double density, double mean, int raw, int target, int noise, int spans) {
    DenoisingObjective objective = t5(density, mean);
    LengthPlan plan = LengthPlan.of(objective, Texts.BART, source);
    assertThat(plan.rawTokens()).isEqualTo(raw);
    assertThat(plan.lengths().meanTarget()).isEqualTo(target);
    assertThat(plan.lengths().maxTarget()).isEqualTo(target);
    RandomSpans mask = (RandomSpans) objective.noise();
    assertThat(mask.damaged(raw)).isEqualTo(noise);
    assertThat(mask.spans(raw)).isEqualTo(spans);
    DenoisingExample example =
        objective.corruptor(Texts.BART, raw).corrupt(Texts.plain(1, raw), 1, 0);
    assertThat(example.sourceLength()).isEqualTo(plan.lengths().maxSource());
    assertThat(example.targetLength()).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "autoencoder, 510",
    "token-masking, 510",
    "sentence-permutation, 510",
    "mass, 510",
    "token-deletion, 601",
    "deshuffling, 511",
    "t5, 568"
  })
  void fixedLengthsAreFilledExactly(String name, int raw) {
    LengthPlan plan = LengthPlan.of(Objectives.parse(name), Texts.BART, 512);
    assertThat(plan.rawTokens()).isEqualTo(raw);
    assertThat(plan.lengths().maxSource()).isBetween(511, 512);
  }

  /** The mean of 300 sources, whose deviation is about 5, lies within 2 of the plan. */
  @ParameterizedTest
  @CsvSource({"bart", "text-infilling", "iid_15_u_u"})
  void randomLengthsAreFilledOnAverage(String name) {
    Objective objective = Objectives.parse(name);
    LengthPlan plan = LengthPlan.of(objective, Texts.BART, 512);
    Corruptor corruptor = objective.corruptor(Texts.BART, plan.rawTokens());
    double sum = 0;
    for (int example = 0; example < 300; example++) {
      sum += corruptor.corrupt(Texts.plain(example, plan.rawTokens()), 1, 0).sourceLength();
    }
    assertThat(sum / 300).isBetween(510.0, 514.0);
  }

  @Test
  void aMixtureFitsForEveryPart() {
    LengthPlan plan = LengthPlan.of(Objectives.parse("ul2"), Texts.BART, 512);
    for (MixtureObjective.Part part : ((MixtureObjective) Objectives.parse("ul2")).parts()) {
      assertThat(part.objective().lengths(Texts.BART, plan.rawTokens()).meanSource())
          .isLessThanOrEqualTo(512);
    }
  }

  @Test
  void whatKeepsNothingFillsNothing() {
    Objective all =
        Objectives.parse(
            Description.of(
                "name",
                "generation",
                "preset",
                "prefix-lm",
                "noise",
                Description.of("density", 1)));
    assertThatThrownBy(() -> LengthPlan.of(all, Texts.BART, 512))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "Objective 'generation' keeps so little of the text that no block fills a source of"
                + " 512 tokens; set the block length yourself.");
  }

  @Test
  void aSourceForOneTokenAtLeast() {
    assertThatThrownBy(() -> LengthPlan.of(Objectives.parse("bart"), Texts.BART, 2))
        .hasMessage(
            "A source of 2 tokens is too short for a single token of text under objective 'bart';"
                + " make it longer.");
  }
}
