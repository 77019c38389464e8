package org.palimpsest.objective.source;

import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.text.Description;

/**
 * The source is the text as the structural steps left it.
 *
 * <p>Example, with noise on {@code old miller} and {@code runs .} in {@code The old miller likes
 * his horse . It runs .}: {@code The old miller likes his horse . It runs .}.
 */
public record KeepText() implements SourceFunction {
  @Override
  public void write(CorruptionContext bench) {
    int[] source = bench.beginSource(bench.draft.length);
    bench.endSource(source, bench.copy(0, bench.draft.length, source, bench.lead()));
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "keep");
  }
}
