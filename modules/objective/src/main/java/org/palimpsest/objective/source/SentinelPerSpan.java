package org.palimpsest.objective.source;

import java.util.Map;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/**
 * Span k becomes sentinel k: T5's {@code noise_span_to_unique_sentinel}. If there are more spans
 * than sentinels, the last spans of the text stay uncorrupted and are counted. Insertions are left
 * out: nothing would be missing there.
 */
public record SentinelPerSpan() implements SourceFunction {
  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int length = bench.draft.length;
    int[] source = bench.beginSource(length);
    int first = bench.vocabulary.firstSentinel();
    int step = bench.vocabulary.sentinelStep();
    int at = bench.lead();
    int kept = 0;
    for (int k = 0; k < spans.count; k++) {
      at = bench.copy(kept, spans.start[k], source, at);
      source[at++] = first + k * step;
      bench.mark(spans.start[k], spans.end[k], DenoisingExample.CORRUPTED);
      kept = spans.end[k];
    }
    bench.endSource(source, bench.copy(kept, length, source, at));
  }

  @Override
  public double expectedLength(double tokens, NoiseForecast noise) {
    return tokens - noise.tokens() + noise.spans();
  }

  @Override
  public int longest(int tokens, NoiseForecast noise) {
    return noise.exact() ? Rounding.even(expectedLength(tokens, noise)) : tokens;
  }

  @Override
  public int sentinels(int spans) {
    return spans;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "sentinel-span");
  }
}
