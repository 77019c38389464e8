package org.palimpsest.objective.target;

import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/**
 * The corrupted tokens, one after the other: T5's {@code drop_nonnoise_tokens}, prefix LM.
 *
 * <p>Example, with noise on {@code . It runs .} in {@code The old miller likes his horse . It runs
 * .}: {@code . It runs .}.
 */
public record DamagedText() implements TargetFunction {
  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int at = bench.beginTarget(bench.draft.length);
    for (int k = 0; k < spans.count; k++) {
      at = bench.restore(spans.start[k], spans.end[k], at);
    }
    bench.endTarget(at);
  }

  @Override
  public double expectedLength(int raw, NoiseForecast noise) {
    return noise.tokens();
  }

  @Override
  public int longest(int raw, NoiseForecast noise) {
    return noise.fixedTokens() ? Rounding.even(noise.tokens()) : raw;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "damaged-text");
  }
}
