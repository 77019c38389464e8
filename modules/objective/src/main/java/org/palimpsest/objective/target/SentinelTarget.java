package org.palimpsest.objective.target;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/**
 * Before the tokens of span k stands sentinel k, the one that stands for them in the source: T5's
 * span corruption (Raffel et al., 2020). The paper ends the target with one more sentinel; the code
 * writes it only if the text does not end with a span, which its own mask never does.
 *
 * <p>Example, with noise on {@code . It runs .} in {@code The old miller likes his horse . It runs
 * .}: {@code <0> . It runs .}.
 *
 * @param lastSentinel whether a sentinel ends the target
 * @param firstSentinel whether a span at the very start has one
 */
public record SentinelTarget(Last lastSentinel, First firstSentinel) implements TargetFunction {
  /** The sentinel behind the last span. */
  public enum Last {
    /** Only if uncorrupted text follows it, as T5's code. */
    AS_NEEDED,
    /** As in T5's paper. */
    ALWAYS
  }

  /** The sentinel before a span with which the text begins. */
  public enum First {
    /** Sentinel k stands for the same span on both sides. */
    ALWAYS,
    /**
     * T5's {@code nonnoise_span_to_unique_sentinel}: such a span has none, so that the target's
     * sentinels are one ahead of the source's.
     */
    AS_NEEDED
  }

  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int sentinel = bench.vocabulary.firstSentinel();
    int at = bench.beginTarget(bench.draft.length + spans.count + 1);
    for (int k = 0; k < spans.count; k++) {
      if (spans.start[k] > 0 || firstSentinel == First.ALWAYS) {
        at = bench.control(sentinel, at);
        sentinel += bench.vocabulary.sentinelStep();
      }
      at = bench.restore(spans.start[k], spans.end[k], at);
    }
    if (endsWithSentinel(spans, bench.draft.length)) {
      at = bench.control(sentinel, at);
    }
    bench.endTarget(at);
  }

  private boolean endsWithSentinel(Spans spans, int textLength) {
    int end = spans.count == 0 ? 0 : spans.end[spans.count - 1];
    return lastSentinel == Last.ALWAYS || end < textLength;
  }

  /**
   * The last spans of the text go; then uncorrupted text follows, and that has the last sentinel.
   */
  @Override
  public int limit(Spans spans, int textLength, int sentinels) {
    int needed = spans.count + (endsWithSentinel(spans, textLength) ? 1 : 0);
    if (needed <= sentinels) {
      return 0;
    }
    int dropped = spans.count - (sentinels - 1);
    spans.count = sentinels - 1;
    return dropped;
  }

  @Override
  public int sentinels(int spans, NoiseForecast noise) {
    boolean last = lastSentinel == Last.ALWAYS || noise.noisyEnd() < 1;
    return spans + (last ? 1 : 0);
  }

  @Override
  public double expectedLength(int raw, NoiseForecast noise) {
    double last = lastSentinel == Last.ALWAYS ? 1 : 1 - noise.noisyEnd();
    return noise.tokens() + noise.spans() + last;
  }

  @Override
  public int longest(int raw, NoiseForecast noise) {
    if (noise.exact()) {
      return (int) Math.ceil(expectedLength(raw, noise) - 1e-9);
    }
    int tokens = noise.fixedTokens() ? Rounding.even(noise.tokens()) : raw;
    return tokens + Math.min(tokens, noise.mostSpans()) + 1;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind", "sentinel-spans",
        "last-sentinel", Section.kebab(lastSentinel),
        "first-sentinel", Section.kebab(firstSentinel));
  }
}
