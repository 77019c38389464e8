package org.palimpsest.objective.target;

import java.util.Arrays;
import java.util.Map;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;

/** The uncorrupted block, in its own order: the denoising autoencoder (BART). */
public record FullText() implements TargetFunction {
  @Override
  public void write(CorruptionContext bench) {
    int[] tokens = bench.draft.block.tokens();
    int lead = bench.beginTarget(tokens.length);
    System.arraycopy(tokens, 0, bench.into.target(), lead, tokens.length);
    if (bench.draft.permuted || bench.draft.resized) {
      scatterRoles(bench, lead);
    } else {
      System.arraycopy(bench.fate, 0, bench.into.roles(), lead, tokens.length);
    }
    if (bench.loss == LossScope.ALL) {
      Arrays.fill(bench.into.counted(), lead, lead + tokens.length, true);
    } else {
      countDamaged(bench, lead);
    }
    bench.endTarget(lead + tokens.length);
  }

  /** What a structural step took away is corrupted. */
  private static void scatterRoles(CorruptionContext bench, int lead) {
    EditBuffer draft = bench.draft;
    byte[] roles = bench.into.roles();
    byte[] fate = bench.fate;
    int[] origin = draft.origin;
    if (!draft.resized) {
      for (int at = 0; at < draft.length; at++) {
        roles[lead + origin[at]] = fate[at];
      }
      return;
    }
    Arrays.fill(roles, lead, lead + draft.block.length(), DenoisingExample.CORRUPTED);
    for (int at = 0; at < draft.length; at++) {
      if (origin[at] != EditBuffer.INSERTED) {
        roles[lead + origin[at]] = fate[at];
      }
    }
  }

  private static void countDamaged(CorruptionContext bench, int lead) {
    EditBuffer draft = bench.draft;
    boolean[] counted = bench.into.counted();
    Arrays.fill(counted, lead, lead + draft.block.length(), draft.resized);
    for (int at = 0; draft.resized && at < draft.length; at++) {
      if (draft.origin[at] != EditBuffer.INSERTED) {
        counted[lead + draft.origin[at]] = false;
      }
    }
    Spans spans = bench.spans;
    for (int k = 0; k < spans.count; k++) {
      for (int at = spans.start[k]; at < spans.end[k]; at++) {
        counted[lead + draft.origin[at]] = true;
      }
    }
  }

  @Override
  public double expectedLength(int raw, NoiseForecast noise) {
    return raw;
  }

  @Override
  public int longest(int raw, NoiseForecast noise) {
    return raw;
  }

  @Override
  public Frame usualFrame() {
    return Frame.SENTENCE;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "full-text");
  }
}
