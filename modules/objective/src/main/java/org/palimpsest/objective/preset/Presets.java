package org.palimpsest.objective.preset;

import static org.palimpsest.objective.noise.NoiseUnit.TOKEN;

import java.util.List;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.denoising.DenoisingObjective;
import org.palimpsest.objective.denoising.MixtureObjective;
import org.palimpsest.objective.noise.IidNoise;
import org.palimpsest.objective.noise.NoNoise;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.noise.PoissonSpans;
import org.palimpsest.objective.noise.RandomSpans;
import org.palimpsest.objective.noise.SingleSpan;
import org.palimpsest.objective.noise.TailNoise;
import org.palimpsest.objective.source.DropSpans;
import org.palimpsest.objective.source.KeepText;
import org.palimpsest.objective.source.MaskSpans;
import org.palimpsest.objective.source.MaskTokens;
import org.palimpsest.objective.source.PermutedTokens;
import org.palimpsest.objective.source.Placeholder;
import org.palimpsest.objective.source.SentinelPerSpan;
import org.palimpsest.objective.source.SourceFunction;
import org.palimpsest.objective.structure.DocumentRotation;
import org.palimpsest.objective.structure.SentencePermutation;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.target.DamagedText;
import org.palimpsest.objective.target.FullText;
import org.palimpsest.objective.target.SentinelTarget;
import org.palimpsest.objective.target.SpanOnly;

/** The published objectives, with their published settings. */
final class Presets {
  private static final SentinelTarget SENTINELS =
      new SentinelTarget(SentinelTarget.Last.AS_NEEDED, SentinelTarget.First.ALWAYS);

  private Presets() {}

  static List<Objective> all() {
    return List.of(
        autoencoder(),
        tokenMasking(),
        tokenDeletion(),
        textInfilling(),
        sentencePermutation(),
        documentRotation(),
        bart(),
        t5(),
        mass(),
        prefixLm(),
        ul2(),
        bertStyle(),
        deshuffling());
  }

  /** The text itself without noise: a plain autoencoder, the baseline. */
  private static DenoisingObjective autoencoder() {
    return fullText("autoencoder", List.of(), new NoNoise(), new KeepText());
  }

  /** BART's token masking, "following BERT" (Lewis et al., 2020, section 2.2): 15 %, all masks. */
  private static DenoisingObjective tokenMasking() {
    return fullText("token-masking", List.of(), exact(0.15), mask(0, 0));
  }

  /** BART's token deletion; the paper names no rate, this is the one of its masking. */
  private static DenoisingObjective tokenDeletion() {
    return fullText("token-deletion", List.of(), exact(0.15), new DropSpans());
  }

  /** BART's text infilling as the paper has it: 30 %, mean span length 3, one mask a span. */
  private static DenoisingObjective textInfilling() {
    return fullText("text-infilling", List.of(), infilling(3), new MaskSpans(Placeholder.MASK, 0));
  }

  /** BART's sentence permutation: all sentences change places. */
  private static DenoisingObjective sentencePermutation() {
    return fullText(
        "sentence-permutation", List.of(new SentencePermutation(1)), new NoNoise(), new KeepText());
  }

  /** BART's document rotation. */
  private static DenoisingObjective documentRotation() {
    return fullText(
        "document-rotation", List.of(new DocumentRotation(1)), new NoNoise(), new KeepText());
  }

  /**
   * What BART was trained with, by the authors' command (fairseq, thread 1899): {@code --mask 0.3
   * --mask-length span-poisson --poisson-lambda 3.5 --replace-length 1 --mask-random 0.1
   * --permute-sentences 1 --rotate 0 --insert 0}. The paper says λ = 3.
   */
  private static DenoisingObjective bart() {
    return fullText(
        "bart",
        List.of(new SentencePermutation(1)),
        infilling(3.5),
        new MaskSpans(Placeholder.MASK, 0.1));
  }

  /** T5's span corruption, {@code span_3_15_u_u} (Raffel et al., 2020): 15 %, mean length 3. */
  private static DenoisingObjective t5() {
    return spanCorruption("t5", 3, 0.15);
  }

  /**
   * MASS (Song et al., 2019) as in MASS-unsupNMT: half of the text in one span; 80 % of it masked,
   * 10 % random, 10 % kept; a compact decoder.
   */
  private static DenoisingObjective mass() {
    return new DenoisingObjective(
        "mass",
        List.of(),
        new SingleSpan(0.5, 0.2, 0.2, TOKEN),
        mask(0.1, 0.1),
        new SpanOnly(),
        LossScope.ALL,
        Frame.SENTENCE,
        "");
  }

  /** T5's {@code prefix_lm}: the rest of the text after a prefix of uniformly random length. */
  private static DenoisingObjective prefixLm() {
    return new DenoisingObjective(
        "prefix-lm",
        List.of(),
        new TailNoise(0.5, TailNoise.Cut.RANDOM),
        new DropSpans(),
        new DamagedText(),
        LossScope.ALL,
        Frame.END,
        "");
  }

  /**
   * UL2's seven denoisers, uniformly (Tay et al., 2022, table 1): R (3, 0.15), (8, 0.15); X (3,
   * 0.5), (8, 0.5), (64, 0.15), (64, 0.5); S, the last quarter as one span; with their mode tokens.
   */
  private static MixtureObjective ul2() {
    DenoisingObjective sequential =
        spanObjective("ul2-s", new TailNoise(0.25, TailNoise.Cut.FIXED), "[S2S]");
    return new MixtureObjective(
        "ul2",
        List.of(
            equally(ul2("ul2-r", 3, 0.15, "[NLU]")),
            equally(ul2("ul2-r", 8, 0.15, "[NLU]")),
            equally(ul2("ul2-x", 3, 0.5, "[NLG]")),
            equally(ul2("ul2-x", 8, 0.5, "[NLG]")),
            equally(ul2("ul2-x", 64, 0.15, "[NLG]")),
            equally(ul2("ul2-x", 64, 0.5, "[NLG]")),
            equally(sequential)));
  }

  private static MixtureObjective.Part equally(DenoisingObjective objective) {
    return new MixtureObjective.Part(objective, 1);
  }

  private static DenoisingObjective ul2(String kind, int mean, double density, String mode) {
    String name = kind + "-" + mean + "-" + Math.round(100 * density);
    return spanCorruption(name, mean, density).withModeToken(mode);
  }

  /**
   * The book's BERT-style objective for an encoder-decoder (Xiao and Zhu, 2025, chapter 1): 15 % of
   * the tokens with BERT's 80/10/10, the loss on them alone. T5's "BERT-style" ablation, with the
   * loss everywhere and no kept tokens, is {@code iid_15_r10s90_f}.
   */
  private static DenoisingObjective bertStyle() {
    return new DenoisingObjective(
        "bert-style",
        List.of(),
        new IidNoise(0.15, IidNoise.Count.RANDOM, TOKEN),
        mask(0.1, 0.1),
        new FullText(),
        LossScope.DAMAGED,
        Frame.SENTENCE,
        "");
  }

  /** T5's deshuffling ({@code all_permute}): all tokens in random order. */
  private static DenoisingObjective deshuffling() {
    return new DenoisingObjective(
        "deshuffling",
        List.of(),
        exact(1),
        new PermutedTokens(),
        new FullText(),
        LossScope.ALL,
        Frame.END,
        "");
  }

  private static DenoisingObjective fullText(
      String name, List<StructuralStep> steps, NoiseMask noise, SourceFunction source) {
    return new DenoisingObjective(
        name, steps, noise, source, new FullText(), LossScope.ALL, Frame.SENTENCE, "");
  }

  private static DenoisingObjective spanCorruption(String name, int mean, double density) {
    return spanObjective(name, new RandomSpans(density, mean, RandomSpans.Roll.OFF, TOKEN), "");
  }

  private static DenoisingObjective spanObjective(String name, NoiseMask noise, String mode) {
    return new DenoisingObjective(
        name, List.of(), noise, new SentinelPerSpan(), SENTINELS, LossScope.ALL, Frame.END, mode);
  }

  private static IidNoise exact(double density) {
    return new IidNoise(density, IidNoise.Count.EXACT, TOKEN);
  }

  private static PoissonSpans infilling(double mean) {
    return new PoissonSpans(0.3, mean, PoissonSpans.Sampler.OVERLAPPING, TOKEN);
  }

  private static MaskTokens mask(double randomShare, double keepShare) {
    return new MaskTokens(Placeholder.MASK, randomShare, keepShare);
  }
}
