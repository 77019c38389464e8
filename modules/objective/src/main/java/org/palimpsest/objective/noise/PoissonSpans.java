package org.palimpsest.objective.noise;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Spans whose lengths are Poisson distributed: BART's text infilling (Lewis et al., "BART", 2020),
 * as fairseq's {@code DenoisingDataset} draws them. ⌈density · words⌉ is the budget; lengths are
 * drawn until they add up to it, and the last is shortened. Spans of length 0 are insertions: if
 * the source function writes masks, as many more of them are put in at random places.
 *
 * <p>Example, density 0.3, mean span length 3, with {@code mask-token} as source: {@code The old
 * miller likes his horse . It runs .} → {@code The <mask> <mask> <mask> his horse . It runs .}.
 *
 * @param density share of the words that is the budget, in [0, 1]
 * @param meanSpanLength of the Poisson distribution: 3 in the paper, 3.5 in the authors' command
 * @param sampler how the spans are placed
 * @param unit what counts as a word
 */
public record PoissonSpans(double density, double meanSpanLength, Sampler sampler, NoiseUnit unit)
    implements NoiseMask {

  /** How spans find their places. */
  public enum Sampler {
    /**
     * fairseq's: starts are drawn without replacement, spans may run into each other (then they are
     * one) and end with the document. About 26.6 % are corrupted where 30 % were asked for.
     */
    OVERLAPPING,
    /**
     * Spans never overlap: the whole budget is corrupted. They touch only where there is no room.
     */
    EXACT
  }

  public PoissonSpans {
    Limits.share("noise.density", density);
    Limits.between("noise.mean-span-length", meanSpanLength, 0.01, 1000);
  }

  @Override
  public Marker marker() {
    SpanLengths lengths = SpanLengths.poisson(meanSpanLength);
    return sampler == Sampler.EXACT
        ? (words, random, into) -> markExactly(lengths, words, random, into)
        : (words, random, into) -> markOverlapping(lengths, words, random, into);
  }

  private void markExactly(SpanLengths lengths, int words, NoiseRandom random, Spans into) {
    int budget = Rounding.up(density * words);
    int spans = lengths.fill(budget, random, into);
    SpanLengths.scatter(spans, budget, words, random, into);
  }

  private void markOverlapping(SpanLengths lengths, int words, NoiseRandom random, Spans into) {
    into.atBarrier = Spans.AtBarrier.STOP;
    int spans = lengths.fill(Rounding.up(density * words), random, into);
    into.first.choose(spans, words, random);
    int from = -1;
    for (int k = 0; k < spans; k++) {
      from = into.first.next(from + 1);
      int to = Math.min(words, from + into.lengths[k]);
      int last = into.count - 1;
      if (last >= 0 && from < into.end[last]) {
        into.end[last] = Math.max(into.end[last], to);
      } else {
        into.add(from, to);
      }
    }
  }

  @Override
  public NoiseForecast forecast(int words) {
    int budget = Rounding.up(density * words);
    SpanLengths lengths = SpanLengths.poisson(meanSpanLength);
    NoiseForecast apart = lengths.scattered(budget, words);
    return sampler == Sampler.EXACT || budget == 0 ? apart : overlapped(lengths, apart, words);
  }

  /**
   * A word survives if none of the starts at or before it reaches it; a start stays a span of its
   * own if none of those before it does. Shortening the last span is spread over all of them.
   */
  private static NoiseForecast overlapped(SpanLengths lengths, NoiseForecast apart, int words) {
    double starts = Math.min(1, apart.spans() / words);
    double drawn = lengths.positiveMean() - 1;
    double shortened = drawn == 0 ? 0 : (apart.tokens() / apart.spans() - 1) / drawn;
    double unreached = 1;
    double damaged = 0;
    double spans = 0;
    for (int word = 0; word < words; word++) {
      if (word > 0 && word < lengths.longest()) {
        unreached *= 1 - starts * shortened * lengths.longerThan(word);
      }
      damaged += 1 - unreached * (1 - starts);
      spans += starts * unreached;
    }
    return new NoiseForecast(
        damaged,
        spans,
        apart.spansDeviation(),
        apart.mostSpans(),
        apart.insertions(),
        1 - unreached * (1 - starts),
        false,
        false);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind",
        "poisson-spans",
        "density",
        density,
        "mean-span-length",
        meanSpanLength,
        "sampler",
        Section.kebab(sampler),
        "whole-words",
        unit == NoiseUnit.WORD);
  }
}
