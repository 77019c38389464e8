package org.palimpsest.objective.target;

import java.util.Map;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseForecast;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/**
 * The corrupted tokens and nothing else, in MASS's compact decoder: at each of them the decoder
 * reads the uncorrupted left neighbor and stands at that neighbor's position in the source (Song et
 * al., "MASS", 2019, as in MASS-unsupNMT: the paper's picture shows a mask as the first decoder
 * input, the code the true neighbor). At the first token of a text without {@code <s>} it reads the
 * decoder's start; positions then count as if an {@code <s>} stood there.
 *
 * <p>Example, with noise on {@code old miller likes his} in {@code The old miller likes his horse .
 * It runs .}: {@code old miller likes his}.
 */
public record SpanOnly() implements TargetFunction {
  @Override
  public void write(CorruptionContext bench) {
    Spans spans = bench.spans;
    int length = spans.covered();
    bench.into.roomForTarget(length);
    int at = 0;
    for (int k = 0; k < spans.count; k++) {
      readNeighbours(bench, spans.start[k], spans.end[k], at);
      at = bench.restore(spans.start[k], spans.end[k], at);
    }
    bench.into.targetFilled(length);
  }

  private static void readNeighbours(CorruptionContext bench, int from, int to, int at) {
    int[] input = bench.into.decoderInput();
    int[] positions = bench.into.decoderPositions();
    int[] tokens = bench.draft.tokens;
    int left = Math.max(1, bench.lead()) - 1;
    for (int token = from; token < to; token++) {
      positions[at + token - from] = left + token;
    }
    input[at] = from == 0 ? beforeText(bench) : tokens[from - 1];
    System.arraycopy(tokens, from, input, at + 1, to - from - 1);
  }

  private static int beforeText(CorruptionContext bench) {
    if (bench.modeToken != Vocabulary.NONE) {
      return bench.modeToken;
    }
    return bench.beforeText();
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
  public boolean framed() {
    return false;
  }

  @Override
  public Frame usualFrame() {
    return Frame.SENTENCE;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "span-only");
  }
}
