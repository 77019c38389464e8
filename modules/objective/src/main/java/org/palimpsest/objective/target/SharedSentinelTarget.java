package org.palimpsest.objective.target;

import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;

/**
 * Every stretch of uncorrupted text becomes sentinel 0: T5's {@code nonnoise_span_to_sentinel}.
 *
 * <p>Example, with noise on {@code . It runs .} in {@code The old miller likes his horse . It runs
 * .}: {@code <0> . It runs .}, with the same sentinel for every span.
 */
public record SharedSentinelTarget() implements TargetFunction {
  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int sentinel = bench.vocabulary.firstSentinel();
    int length = bench.draft.length;
    int at = bench.beginTarget(length + spans.count + 1);
    int end = 0;
    for (int k = 0; k < spans.count; k++) {
      at = spans.start[k] > end ? bench.control(sentinel, at) : at;
      end = spans.end[k];
      at = bench.restore(spans.start[k], end, at);
    }
    bench.endTarget(end < length ? bench.control(sentinel, at) : at);
  }

  @Override
  public int sentinels(int spans, NoiseForecast noise) {
    return 1;
  }

  @Override
  public double expectedLength(int raw, NoiseForecast noise) {
    return noise.tokens() + noise.spans() + 1 - noise.noisyEnd();
  }

  @Override
  public int longest(int raw, NoiseForecast noise) {
    double expected = expectedLength(raw, noise);
    return noise.exact() ? (int) Math.ceil(expected - 1e-9) : raw + 1;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "shared-sentinel-spans");
  }
}
