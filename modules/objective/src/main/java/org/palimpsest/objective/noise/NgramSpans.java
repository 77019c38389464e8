package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Short spans that never overlap, of a length law that is cut at {@code longest}: SpanBERT's and
 * Megatron-LM's n-grams. Lengths are drawn until they add up to the budget, max(1, round(density ·
 * words)), half to even, which is never exceeded; the spans are then scattered uniformly.
 *
 * <p>SpanBERT: geometric, chance to end 0.2, longest 10 (mean 3.8). Megatron-LM: harmonic, P(n) ∝
 * 1/n.
 *
 * <p>Example, density 0.3, with {@code mask-token} as source: {@code The old miller likes his horse
 * . It runs .} → {@code The <mask> <mask> <mask> his horse . It runs .}.
 *
 * @param density share of corrupted words, in [0, 1]
 * @param law the distribution of the lengths
 * @param ending chance that a geometric length ends with each word, in [0.001, 1]
 * @param longest the longest span, in words
 * @param unit what counts as a word
 */
public record NgramSpans(double density, Law law, double ending, int longest, NoiseUnit unit)
    implements NoiseMask {

  /** A distribution on 1 … longest. */
  public enum Law {
    GEOMETRIC,
    HARMONIC
  }

  public NgramSpans {
    Limits.share("noise.density", density);
    Limits.between("noise.ending", ending, 0.001, 1);
    Limits.between("noise.longest", longest, 1, 10_000);
  }

  private SpanLengths lengths() {
    return law == Law.GEOMETRIC
        ? SpanLengths.geometric(ending, longest)
        : SpanLengths.harmonic(longest);
  }

  private int budget(int words) {
    return density == 0 || words == 0 ? 0 : Math.max(1, Rounding.even(density * words));
  }

  @Override
  public Marker marker() {
    SpanLengths lengths = lengths();
    return (words, random, into) -> {
      int budget = budget(words);
      int spans = lengths.fill(budget, random, into);
      SpanLengths.scatter(spans, budget, words, random, into);
    };
  }

  @Override
  public NoiseForecast forecast(int words) {
    return lengths().scattered(budget(words), words);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind",
        "ngram-spans",
        "density",
        density,
        "law",
        Section.kebab(law),
        "ending",
        ending,
        "longest",
        longest,
        "whole-words",
        unit == NoiseUnit.WORD);
  }
}
