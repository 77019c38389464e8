package org.palimpsest.objective.structure;

import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Puts ⌈density · n⌉ tokens between the n tokens of the text at uniformly random places: mask
 * tokens, but for a share of random text tokens that is rounded upward (fairseq's {@code
 * add_insertion_noise}). The noise mask does not corrupt them.
 *
 * <p>Example, density 0.2: {@code The old miller likes his horse . It runs .} → {@code The old
 * <mask> miller likes his horse . It <mask> runs .}.
 *
 * @param density inserted tokens as a share of the text, in [0, 1]
 * @param randomShare share of random text tokens among them, in [0, 1]
 */
public record TokenInsertion(double density, double randomShare) implements StructuralStep {
  public TokenInsertion {
    Limits.share("density of token-insertion", density);
    Limits.share("random-share of token-insertion", randomShare);
  }

  @Override
  public void apply(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    int inserted = Rounding.up(density * draft.length);
    if (inserted == 0) {
      return;
    }
    int length = draft.length + inserted;
    draft.selection.choose(inserted, length, bench.random);
    draft.room(length);
    int randomLeft = Rounding.up(inserted * randomShare);
    int left = inserted;
    int from = 0;
    for (int at = 0; at < length; at++) {
      if (draft.selection.contains(at)) {
        boolean drawn = randomLeft > 0 && bench.random.below(left) < randomLeft;
        left--;
        randomLeft -= drawn ? 1 : 0;
        draft.nextTokens[at] = drawn ? bench.ids.draw(bench.random) : bench.vocabulary.mask();
        draft.nextOrigin[at] = EditBuffer.INSERTED;
      } else {
        draft.copy(from, from + 1, at);
        from++;
      }
    }
    draft.commit(length);
    draft.resized = true;
  }

  public boolean writesMasks() {
    return density > 0 && randomShare < 1;
  }

  public boolean writesRandomTokens() {
    return density > 0 && randomShare > 0;
  }

  @Override
  public double lengthAfter(double tokens) {
    return tokens + Rounding.up(density * tokens);
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind", "token-insertion", "density", density, "random-share", randomShare);
  }
}
