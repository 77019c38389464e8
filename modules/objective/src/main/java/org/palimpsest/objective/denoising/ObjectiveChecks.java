package org.palimpsest.objective.denoising;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.noise.NoNoise;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.structure.SentencePermutation;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.structure.TokenInsertion;
import org.palimpsest.objective.target.FullText;
import org.palimpsest.objective.target.TargetFunction;

/** Checks of an objective before any text is corrupted. Each message says what to change. */
final class ObjectiveChecks {
  /** A text that is long enough for any noise. */
  private static final int SOME_TOKENS = 512;

  private ObjectiveChecks() {}

  static void refuseContradictions(
      String name,
      List<StructuralStep> steps,
      NoiseMask noise,
      TargetFunction target,
      LossScope loss) {
    boolean silent = noise instanceof NoNoise;
    if (silent && !(target instanceof FullText)) {
      throw refused(
          name,
          "restores only what was damaged, but its noise is 'none'; choose a noise.kind, or"
              + " target.kind = full-text");
    }
    boolean deletes = steps.stream().anyMatch(StructuralStep::changesText);
    if (loss == LossScope.DAMAGED && !deletes && noise.forecast(SOME_TOKENS).tokens() == 0) {
      throw refused(name, "counts the loss on damaged tokens, but damages none; set loss = all");
    }
    if (deletes && !(target instanceof FullText)) {
      throw refused(
          name,
          lossOf(steps)
              + " in a step, but its target does not restore them; use target.kind ="
              + " full-text, or noise with source.kind = drop");
    }
    for (int at = 1; at < steps.size(); at++) {
      if (steps.get(at) instanceof SentencePermutation) {
        throw refused(name, "must have sentence-permutation as its first step, and only once");
      }
    }
  }

  private static String lossOf(List<StructuralStep> steps) {
    return steps.stream().anyMatch(StructuralStep::readsText) ? "changes words" : "deletes tokens";
  }

  /** Checks an objective against a vocabulary and a block length. */
  static CorruptionContext bench(
      DenoisingObjective objective, Vocabulary vocabulary, TextCodec codec, int blockTokens) {
    String name = objective.name();
    if (codec == null && objective.readsText()) {
      throw refused(
          name,
          "corrupts characters, for which it needs the texts of the tokens; give it a tokenizer"
              + " (Objective.corruptor(TextCodec, int)) in place of a vocabulary");
    }
    if (blockTokens < 1) {
      throw refused(name, "needs blocks of at least one token, but was given " + blockTokens);
    }
    Needs needs = objective.needs(blockTokens);
    if (needs.mask() && !vocabulary.hasMask()) {
      throw refused(
          name,
          "writes mask tokens, but the vocabulary has none; use a tokenizer with a mask token, or"
              + " set source.placeholder = sentinel");
    }
    refuseTooFewSentinels(objective, needs.sentinels(), vocabulary.sentinels(), blockTokens);
    CorruptionContext bench =
        new CorruptionContext(
            vocabulary,
            codec,
            objective.frame(),
            objective.loss(),
            modeToken(objective, vocabulary));
    if (writesRandomTokens(objective) && bench.ids.ordinary() == 0) {
      throw refused(
          name,
          "writes random text tokens, but every id of the vocabulary is special; set the random"
              + " shares to 0");
    }
    return bench;
  }

  private static boolean writesRandomTokens(DenoisingObjective objective) {
    return objective.source().needsOrdinaryIds()
        || objective.steps().stream()
            .anyMatch(step -> step instanceof TokenInsertion made && made.writesRandomTokens());
  }

  private static void refuseTooFewSentinels(
      DenoisingObjective objective, int needed, int available, int blockTokens) {
    if (needed <= available) {
      return;
    }
    throw refused(
        objective.name(),
        "needs "
            + needed
            + " sentinels for blocks of "
            + blockTokens
            + " tokens, but the vocabulary has "
            + available
            + "; give it more sentinels, lower noise.density, make the spans longer, or make the"
            + " blocks shorter");
  }

  private static int modeToken(DenoisingObjective objective, Vocabulary vocabulary) {
    if (objective.modeToken().isEmpty()) {
      return Vocabulary.NONE;
    }
    Integer id = vocabulary.named().get(objective.modeToken());
    if (id == null) {
      throw refused(
          objective.name(),
          "begins its sources with the mode token '"
              + objective.modeToken()
              + "', which is no special token of the vocabulary; add it to the tokenizer, or leave"
              + " mode-token out");
    }
    return id;
  }

  private static PalimpsestException refused(String name, String reason) {
    return PalimpsestException.configuration("Objective '" + name + "' " + reason + ".");
  }
}
