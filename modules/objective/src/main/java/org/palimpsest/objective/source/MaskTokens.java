package org.palimpsest.objective.source;

import java.util.Arrays;
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

/**
 * Each corrupted token becomes a placeholder, or a random text token, or stays: BERT's 80/10/10
 * with shares 0.1 and 0.1; T5's {@code noise_token_to_sentinel} with {@link Placeholder#SENTINEL},
 * its {@code noise_token_to_random_token} with a random share of 1. A token that stays has the role
 * KEPT, though the loss counts it. Random tokens are never special ones, which fairseq's can be.
 * Insertions become placeholders between tokens.
 *
 * @param placeholder the token
 * @param randomShare probability of a random text token
 * @param keepShare probability that the token stays
 */
public record MaskTokens(Placeholder placeholder, double randomShare, double keepShare)
    implements SourceFunction {
  public MaskTokens {
    Limits.share("source.random-share", randomShare);
    Limits.share("source.keep-share", keepShare);
    Limits.share("source.random-share and source.keep-share together", randomShare + keepShare);
  }

  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int length = bench.draft.length;
    int lead = bench.lead();
    int[] source = bench.beginSource(length + spans.insertions);
    int at = bench.copy(0, length, source, lead);
    int mask = needsPlaceholder() ? placeholder.id(bench.vocabulary) : Vocabulary.NONE;
    for (int k = 0; k < spans.count; k++) {
      if (randomShare + keepShare == 0) {
        Arrays.fill(source, lead + spans.start[k], lead + spans.end[k], mask);
        bench.mark(spans.start[k], spans.end[k], DenoisingExample.CORRUPTED);
      } else {
        replace(bench, spans.start[k], spans.end[k], source, lead, mask);
      }
    }
    if (spans.insertions > 0 && needsPlaceholder()) {
      double share = randomShare / (1 - keepShare);
      at = Insertions.insert(source, lead, at, spans.insertions, share, mask, bench);
    }
    bench.endSource(source, at);
  }

  private void replace(
      CorruptionContext bench, int from, int to, int[] source, int lead, int mask) {
    NoiseRandom random = bench.random;
    for (int at = from; at < to; at++) {
      double kind = random.unit();
      if (kind < keepShare) {
        continue;
      }
      source[lead + at] = kind < keepShare + randomShare ? bench.ids.draw(random) : mask;
      bench.fate[at] = DenoisingExample.CORRUPTED;
    }
  }

  private boolean needsPlaceholder() {
    return randomShare + keepShare < 1;
  }

  @Override
  public double expectedLength(double tokens, NoiseForecast noise) {
    return tokens + (needsPlaceholder() ? noise.insertions() : 0);
  }

  @Override
  public int longest(int tokens, NoiseForecast noise) {
    return needsPlaceholder() ? tokens + noise.likelyInsertions() : tokens;
  }

  @Override
  public boolean needsMask() {
    return placeholder == Placeholder.MASK && needsPlaceholder();
  }

  @Override
  public int sentinels(int spans) {
    return placeholder == Placeholder.SENTINEL && needsPlaceholder() ? 1 : 0;
  }

  @Override
  public boolean needsOrdinaryIds() {
    return randomShare > 0;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind",
        "mask-token",
        "placeholder",
        Section.kebab(placeholder),
        "random-share",
        randomShare,
        "keep-share",
        keepShare);
  }
}
