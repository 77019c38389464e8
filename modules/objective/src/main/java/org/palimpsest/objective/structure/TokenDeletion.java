package org.palimpsest.objective.structure;

import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Takes ⌈density · n⌉ of the n text tokens away, drawn without replacement, before the noise. The
 * preset {@code token-deletion} is a noise mask whose tokens are dropped; this step is for text
 * that is corrupted otherwise, too.
 *
 * <p>Example, density 0.2: {@code The old miller likes his horse . It runs .} → {@code The old
 * likes his horse . It .}.
 *
 * @param density share of the text tokens, in [0, 1]
 */
public record TokenDeletion(double density) implements StructuralStep {
  public TokenDeletion {
    Limits.share("density of token-deletion", density);
  }

  @Override
  public void apply(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    int text = 0;
    for (int at = 0; at < draft.length; at++) {
      text += bench.isText(at) ? 1 : 0;
    }
    int deleted = Rounding.up(density * text);
    if (deleted == 0) {
      return;
    }
    draft.selection.choose(deleted, text, bench.random);
    draft.room(draft.length);
    int seen = 0;
    int to = 0;
    for (int at = 0; at < draft.length; at++) {
      if (!bench.isText(at) || !draft.selection.contains(seen++)) {
        to = draft.copy(at, at + 1, to);
      }
    }
    draft.commit(to);
    draft.resized = true;
  }

  @Override
  public double lengthAfter(double tokens) {
    return tokens - Rounding.up(density * tokens);
  }

  @Override
  public boolean changesText() {
    return true;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "token-deletion", "density", density);
  }
}
