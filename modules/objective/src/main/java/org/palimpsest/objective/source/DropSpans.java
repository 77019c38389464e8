package org.palimpsest.objective.source;

import java.util.Map;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/**
 * Damaged tokens vanish without a trace: BART's token deletion, T5's {@code drop_noise_tokens}.
 * Insertions are left out.
 */
public record DropSpans() implements SourceFunction {
  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int length = bench.draft.length;
    int[] source = bench.beginSource(length);
    int at = bench.lead();
    int kept = 0;
    for (int k = 0; k < spans.count; k++) {
      at = bench.copy(kept, spans.start[k], source, at);
      bench.mark(spans.start[k], spans.end[k], DenoisingExample.CORRUPTED);
      kept = spans.end[k];
    }
    bench.endSource(source, bench.copy(kept, length, source, at));
  }

  @Override
  public double expectedLength(double tokens, NoiseForecast noise) {
    return tokens - noise.tokens();
  }

  @Override
  public int longest(int tokens, NoiseForecast noise) {
    return noise.fixedTokens() ? Rounding.even(expectedLength(tokens, noise)) : tokens;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "drop");
  }
}
