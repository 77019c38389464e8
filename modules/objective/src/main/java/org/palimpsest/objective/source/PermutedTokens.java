package org.palimpsest.objective.source;

import java.util.Map;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;

/**
 * The corrupted tokens are permuted among their places, all orders equally likely: T5's {@code
 * permute_noise_tokens}, with density 1 its deshuffling objective. A token that another place's
 * token has replaced has the role MOVED, because the source still has it.
 */
public record PermutedTokens() implements SourceFunction {
  @Override
  public void write(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    int[] source = bench.beginSource(draft.length);
    int end = bench.copy(0, draft.length, source, bench.lead());
    int[] places = places(bench);
    int count = bench.spans.covered();
    int[] order = order(draft, places, count, bench.random);
    for (int k = 0; k < count; k++) {
      source[bench.lead() + places[k]] = draft.tokens[order[k]];
      if (order[k] != places[k]) {
        bench.fate[order[k]] = DenoisingExample.MOVED;
      }
    }
    bench.endSource(source, end);
  }

  private static int[] places(CorruptionContext bench) {
    Spans spans = bench.spans;
    EditBuffer draft = bench.draft;
    if (draft.chosen.length < draft.length) {
      draft.chosen = new int[draft.length + (draft.length >> 2)];
      draft.order = new int[draft.chosen.length];
    }
    int count = 0;
    for (int k = 0; k < spans.count; k++) {
      for (int at = spans.start[k]; at < spans.end[k]; at++) {
        draft.chosen[count++] = at;
      }
    }
    return draft.chosen;
  }

  private static int[] order(EditBuffer draft, int[] places, int count, NoiseRandom random) {
    int[] order = draft.order;
    System.arraycopy(places, 0, order, 0, count);
    for (int k = count - 1; k > 0; k--) {
      int other = random.below(k + 1);
      int here = order[k];
      order[k] = order[other];
      order[other] = here;
    }
    return order;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "permuted-tokens");
  }
}
