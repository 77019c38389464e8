package org.palimpsest.objective;

import java.util.Map;

/** The damaged tokens, one after the other: T5's {@code drop_nonnoise_tokens}, prefix LM. */
public record DamagedText() implements TargetFunction {
  @Override
  public void write(Bench bench) {
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
