package org.palimpsest.objective.preset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Texts;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.denoising.DenoisingObjective;
import org.palimpsest.objective.denoising.MixtureObjective;
import org.palimpsest.objective.noise.IidNoise;
import org.palimpsest.objective.noise.NgramSpans;
import org.palimpsest.objective.noise.NoiseUnit;
import org.palimpsest.objective.noise.PoissonSpans;
import org.palimpsest.objective.noise.RegularSpans;
import org.palimpsest.objective.noise.TailNoise;
import org.palimpsest.objective.source.KeepText;
import org.palimpsest.objective.source.MaskSpans;
import org.palimpsest.objective.source.MaskTokens;
import org.palimpsest.objective.source.Placeholder;
import org.palimpsest.objective.structure.SentencePermutation;
import org.palimpsest.objective.target.FullText;
import org.palimpsest.objective.text.Description;

class ObjectivesTest {
  private static final String PRESETS =
      "autoencoder, bart, bert-style, deshuffling, document-rotation, mass, prefix-lm,"
          + " sentence-permutation, t5, text-infilling, token-deletion, token-masking, ul2";

  static List<Objective> presets() {
    return Objectives.presets();
  }

  private static DenoisingObjective parse(Object... keysAndValues) {
    return (DenoisingObjective) Objectives.parse(Description.of(keysAndValues));
  }

  private static void refused(Object description, String message) {
    assertThatThrownBy(() -> Objectives.parse(description))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CONFIGURATION))
        .hasMessage(message);
  }

  @Test
  void allPublishedObjectivesAreThere() {
    assertThat(presets().stream().map(Objective::name)).containsExactly(PRESETS.split(", "));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aDescriptionGivesTheSameObjective(Objective preset) {
    assertThat(Objectives.parse(preset.name())).isEqualTo(preset);
    assertThat(Objectives.parse(preset.describe())).isEqualTo(preset);
  }

  @Test
  void anOwnObjective() {
    DenoisingObjective mine =
        parse(
            "name", "my-infilling",
            "steps", List.of(Map.of("kind", "sentence-permutation", "share", 1.0)),
            "noise",
                Map.of(
                    "kind", "poisson-spans",
                    "density", "0.3",
                    "mean-span-length", 3.5,
                    "sampler", "exact",
                    "whole-words", true),
            "source", Map.of("kind", "mask-span", "random-share", 0.1),
            "target", Map.of("kind", "full-text"),
            "loss", "damaged");
    assertThat(mine)
        .isEqualTo(
            new DenoisingObjective(
                "my-infilling",
                List.of(new SentencePermutation(1)),
                new PoissonSpans(0.3, 3.5, PoissonSpans.Sampler.EXACT, NoiseUnit.WORD),
                new MaskSpans(Placeholder.MASK, 0.1),
                new FullText(),
                LossScope.DAMAGED,
                Frame.SENTENCE,
                ""));
  }

  @Test
  void aPresetWithChanges() {
    DenoisingObjective changed = parse("preset", "bart", "noise", Map.of("density", 0.5));
    assertThat(changed.noise())
        .isEqualTo(new PoissonSpans(0.5, 3.5, PoissonSpans.Sampler.OVERLAPPING, NoiseUnit.TOKEN));
    assertThat(changed.steps()).hasSize(1);
    DenoisingObjective other =
        parse("preset", "bart", "noise", Map.of("kind", "iid", "density", 0.2), "loss", "damaged");
    assertThat(other.noise()).isEqualTo(new IidNoise(0.2, IidNoise.Count.RANDOM, NoiseUnit.TOKEN));
  }

  @Test
  void allKindsAreRead() {
    assertThat(parse("noise", Map.of("kind", "ngram-spans"), "source", "drop").noise())
        .isEqualTo(new NgramSpans(0.15, NgramSpans.Law.GEOMETRIC, 0.2, 10, NoiseUnit.TOKEN));
    assertThat(parse("noise", Map.of("kind", "regular-spans"), "source", "gathered-token").noise())
        .isEqualTo(new RegularSpans(0.15, 3, 3, NoiseUnit.TOKEN));
    assertThat(parse("noise", Map.of("kind", "tail"), "source", "drop").noise())
        .isEqualTo(new TailNoise(0.5, TailNoise.Cut.RANDOM));
    assertThat(parse("noise", "iid", "source", "random-token").source())
        .isEqualTo(new MaskTokens(Placeholder.MASK, 1, 0));
    assertThat(
            parse("noise", "iid", "source", "sentinel-span", "target", "shared-sentinel-spans")
                .frame())
        .isEqualTo(Frame.END);
    assertThat(parse("noise", "none").source()).isEqualTo(new KeepText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "span_3_15_u_u", "iid_15_m_f", "iid_15_d_d", "iid_50_u_u", "span_10_15_u_u",
        "iid_15_r10s90_f", "reg_2_25_s_s", "reg_2-5_25_g_f", "iid_15_p_f", "iid_15_r_f"
      })
  void t5NamesAreRead(String name) {
    DenoisingObjective objective = (DenoisingObjective) Objectives.parse(name);
    assertThat(objective.name()).isEqualTo(name);
    assertThat(Objectives.parse(objective.describe())).isEqualTo(objective);
    Corruptor corruptor = objective.corruptor(Texts.BART, 100);
    assertThat(corruptor.corrupt(Texts.plain(1, 100), 1, 0).sourceLength()).isPositive();
  }

  @Test
  void t5NamesMeanWhatTheySay() {
    DenoisingObjective spans = (DenoisingObjective) Objectives.parse("span_3_15_u_u");
    assertThat(spans.withName("t5")).isEqualTo(Objectives.parse("t5"));
    DenoisingObjective bert = (DenoisingObjective) Objectives.parse("iid_15_r10s90_f");
    assertThat(bert.source()).isEqualTo(new MaskTokens(Placeholder.SENTINEL, 0.1, 0));
    assertThat(((DenoisingObjective) Objectives.parse("reg_2-5_25_s_s")).noise())
        .isEqualTo(new RegularSpans(0.25, 2, 5, NoiseUnit.TOKEN));
  }

  @Test
  void aMixture() {
    MixtureObjective mixture =
        (MixtureObjective)
            Objectives.parse(
                Map.of(
                    "mixture",
                    List.of(
                        Map.of("objective", "t5", "weight", 2),
                        Map.of("objective", "mass", "weight", 1, "mode-token", "<mass>"))));
    assertThat(mixture.parts()).hasSize(2);
    assertThat(mixture.share(0)).isEqualTo(2.0 / 3);
    assertThat(Objectives.parse(mixture.describe())).isEqualTo(mixture);
    Corruptor corruptor = mixture.corruptor(Texts.BART, 30);
    int masses = 0;
    for (int id = 0; id < 3000; id++) {
      DenoisingExample example = corruptor.corrupt(Texts.plain(id, 30), 1, 0);
      if (example.source()[1] == 8) {
        masses++;
        assertThat(example.source()[0]).isZero();
        assertThat(example.targetLength()).isEqualTo(15);
        int left = example.decoderPositions()[0];
        // Positions agree with the source's, of which the mode token is one.
        assertThat(example.target()[0]).isEqualTo(Texts.FIRST + left - 1);
      }
    }
    // 1000 expected; the deviation is 26.
    assertThat(masses).isBetween(890, 1110);
  }

  @Test
  void aMixtureInAMixtureSharesItsWeight() {
    MixtureObjective mixture =
        (MixtureObjective)
            Objectives.parse(
                Map.of(
                    "mixture",
                    List.of(
                        Map.of("objective", Map.of("preset", "ul2", "mode-tokens", false)),
                        Map.of("objective", "bart", "weight", 3))));
    assertThat(mixture.parts()).hasSize(8);
    assertThat(mixture.share(7)).isEqualTo(0.75);
    assertThat(mixture.needs(512).named()).isEmpty();
  }

  @Test
  void whatPresetsNeed() {
    assertThat(Objectives.parse("ul2").needs(512))
        .isEqualTo(new Needs(85, false, List.of("[NLG]", "[NLU]", "[S2S]")));
    assertThat(Objectives.parse("ul2").needs(766).sentinels()).isEqualTo(128);
    assertThat(Objectives.parse("bart").needs(512)).isEqualTo(new Needs(0, true, List.of()));
    assertThat(Objectives.parse("t5").needs(568)).isEqualTo(new Needs(28, false, List.of()));
    assertThat(Objectives.parse("autoencoder").needs(512).mask()).isFalse();
  }

  @Test
  void unknownNamesAreRefusedWithTheNearest() {
    String known = "known are " + PRESETS + ", and T5 names such as span_3_15_u_u.";
    refused("brat", "Objective 'brat' is unknown; did you mean 'bart'? (" + known + ")");
    refused("no-such-thing", "Objective 'no-such-thing' is unknown; " + known);
    refused(17, "An objective must be a name or a section in braces, but is '17'.");
  }

  @Test
  void unknownKeysAndKindsAreRefused() {
    refused(
        Map.of("preset", "bart", "noise", Map.of("densty", 0.5)),
        "Objective key 'noise.densty' is unknown; did you mean 'density'? (known are density, kind,"
            + " mean-span-length, sampler, whole-words.)");
    refused(
        Map.of("noise", Map.of("kind", "poison-spans"), "source", "mask-span"),
        "Objective key 'noise.kind' has the unknown kind 'poison-spans'; did you mean"
            + " 'poisson-spans'? (known are none, iid, random-spans, poisson-spans, ngram-spans,"
            + " regular-spans, tail, single-span.)");
    refused(
        Map.of("preset", "bart", "los", "all"),
        "Objective key 'los' is unknown; did you mean 'loss'? (known are frame, loss, mixture,"
            + " mode-token, name, noise, preset, source, steps, target.)");
    refused(
        Map.of("preset", "bart", "loss", "some"),
        "Objective key 'loss' has the unknown value 'some'; known are all, damaged.");
    refused(
        Map.of("preset", "bart", "noise", Map.of("density", "much")),
        "Objective key 'noise.density' must be a number, but is 'much'.");
    refused(
        Map.of("noise", Map.of("kind", "iid", "whole-words", "maybe"), "source", "drop"),
        "Objective key 'noise.whole-words' must be true or false, but is 'maybe'.");
    refused(
        Collections.singletonMap("preset", null),
        "The objective lacks preset; see 'palimpsest objectives' for examples.");
    refused(
        Map.of("noise", "iid"),
        "The objective lacks source.kind; see 'palimpsest objectives' for examples.");
    refused(
        Map.of("steps", "sentence-permutation"),
        "Objective key 'steps' must be a list, but is 'sentence-permutation'.");
    refused(Map.of("noise", 3), "Objective key 'noise' must be a section in braces, but is '3'.");
    refused(
        Map.of("preset", "ul2", "noise", Map.of()),
        "Objective key 'noise' is unknown; known are mode-tokens, name, preset.");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    refused(
        Map.of("preset", "bart", "noise", Map.of("density", 1.5)),
        "noise.density must lie between 0 and 1, but is 1.5.");
    refused(
        Map.of("preset", "t5", "noise", Map.of("mean-span-length", 0.5)),
        "noise.mean-span-length must lie between 1 and 1000000, but is 0.5.");
    refused(
        Map.of("preset", "mass", "source", Map.of("random-share", 0.7, "keep-share", 0.7)),
        "source.random-share and source.keep-share together must lie between 0 and 1, but is 1.4.");
    refused(
        Map.of("mixture", List.of(Map.of("objective", "t5", "weight", 0))),
        "The weight of objective 't5' in a mixture must be a number over 0, but is 0.0.");
    refused(
        Map.of("mixture", List.of()),
        "Objective 'mixture' is a mixture of nothing; give it at least one part.");
    refused("iid_15_r10s80_f", "Objective 'iid_15_r10s80_f' must have r and s add up to 100.");
    refused("iid_150_m_f", "noise.density must lie between 0 and 1, but is 1.5.");
  }

  @Test
  void contradictionsAreRefused() {
    refused(
        Map.of("target", "damaged-text"),
        "Objective 'custom' restores only what was damaged, but its noise is 'none'; choose a"
            + " noise.kind, or target.kind = full-text.");
    refused(
        Map.of("loss", "damaged"),
        "Objective 'custom' counts the loss on damaged tokens, but damages none; set loss = all.");
    refused(
        Map.of(
            "steps",
            List.of("token-deletion"),
            "noise",
            "iid",
            "source",
            "drop",
            "target",
            "damaged-text"),
        "Objective 'custom' deletes tokens in a step, but its target does not restore them; use"
            + " target.kind = full-text, or noise with source.kind = drop.");
    refused(
        Map.of("steps", List.of("document-rotation", "sentence-permutation")),
        "Objective 'custom' must have sentence-permutation as its first step, and only once.");
  }
}
