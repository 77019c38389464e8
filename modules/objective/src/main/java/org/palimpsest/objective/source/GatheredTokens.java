package org.palimpsest.objective.source;

import java.util.Map;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.text.Description;

/**
 * Each corrupted token becomes one that stands somewhere in the same text, drawn uniformly: T5's
 * {@code noise_token_to_gathered_token}. Special tokens are not drawn.
 */
public record GatheredTokens() implements SourceFunction {
  @Override
  public void write(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    Spans spans = bench.spans;
    int lead = bench.lead();
    int[] source = bench.beginSource(draft.length);
    int end = bench.copy(0, draft.length, source, lead);
    for (int k = 0; k < spans.count; k++) {
      for (int at = spans.start[k]; at < spans.end[k]; at++) {
        source[lead + at] = drawn(bench, draft);
      }
      bench.mark(spans.start[k], spans.end[k], DenoisingExample.CORRUPTED);
    }
    bench.endSource(source, end);
  }

  /** There is an ordinary token in the text, or nothing would have been marked. */
  private static int drawn(CorruptionContext bench, EditBuffer draft) {
    while (true) {
      int token = draft.tokens[bench.random.below(draft.length)];
      if (!bench.ids.isSpecial(token)) {
        return token;
      }
    }
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "gathered-token");
  }
}
