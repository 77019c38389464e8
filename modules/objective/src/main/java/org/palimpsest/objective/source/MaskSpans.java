package org.palimpsest.objective.source;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Insertions;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Each span becomes one placeholder, the same for all: BART's text infilling, and T5's {@code
 * noise_span_to_sentinel} with {@link Placeholder#SENTINEL}. Insertions become placeholders between
 * tokens; there are never more of them than tokens were taken out, so that the source is not longer
 * than the text.
 *
 * @param placeholder the token
 * @param randomShare probability of a random text token in place of the placeholder: 0.1 in the
 *     command of BART's authors
 */
public record MaskSpans(Placeholder placeholder, double randomShare) implements SourceFunction {
  public MaskSpans {
    Limits.share("source.random-share", randomShare);
  }

  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    NoiseRandom random = bench.random;
    int length = bench.draft.length;
    int[] source = bench.beginSource(length);
    int mask = randomShare == 1 ? Vocabulary.NONE : placeholder.id(bench.vocabulary);
    long threshold = NoiseRandom.threshold(randomShare);
    int at = bench.lead();
    int kept = 0;
    for (int k = 0; k < spans.count; k++) {
      int start = spans.start[k];
      int end = spans.end[k];
      at = bench.copy(kept, start, source, at);
      source[at++] = threshold > 0 && random.chance(threshold) ? bench.ids.draw(random) : mask;
      bench.mark(start, end, DenoisingExample.CORRUPTED);
      kept = end;
    }
    at = bench.copy(kept, length, source, at);
    int insertions = Math.min(spans.insertions, bench.lead() + length - at);
    if (insertions > 0) {
      at = Insertions.insert(source, bench.lead(), at, insertions, randomShare, mask, bench);
    }
    bench.endSource(source, at);
  }

  @Override
  public double expectedLength(double tokens, NoiseForecast noise) {
    double shorter = tokens - noise.tokens() + noise.spans();
    return Math.min(tokens, shorter + noise.insertions());
  }

  @Override
  public int longest(int tokens, NoiseForecast noise) {
    return noise.exact() ? Rounding.even(expectedLength(tokens, noise)) : tokens;
  }

  @Override
  public boolean needsMask() {
    return placeholder == Placeholder.MASK && randomShare < 1;
  }

  @Override
  public int sentinels(int spans) {
    return placeholder == Placeholder.SENTINEL && randomShare < 1 ? 1 : 0;
  }

  @Override
  public boolean needsOrdinaryIds() {
    return randomShare > 0;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind",
        "mask-span",
        "placeholder",
        Section.kebab(placeholder),
        "random-share",
        randomShare);
  }
}
