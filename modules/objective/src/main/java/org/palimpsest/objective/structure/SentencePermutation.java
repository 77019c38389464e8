package org.palimpsest.objective.structure;

import java.util.Map;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;
import org.palimpsest.objective.text.Rounding;

/**
 * Chooses ⌈share · sentences⌉ sentences and permutes them among their places, as fairseq does; all
 * orders are equally likely, the old one included. An {@code </s>} between documents moves with the
 * sentence it closes. Sentences are those of {@link TokenBlock#sentenceStarts()}, so this step
 * comes before any other.
 *
 * <p>Example: {@code The old miller likes his horse . It runs .} → {@code It runs . The old miller
 * likes his horse .}.
 *
 * @param share share of the sentences that change places, in [0, 1]
 */
public record SentencePermutation(double share) implements StructuralStep {
  public SentencePermutation {
    Limits.share("share of sentence-permutation", share);
  }

  @Override
  public void apply(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    int[] starts = draft.block.sentenceStarts();
    int moving = Rounding.up(share * starts.length);
    if (moving < 2) {
      return;
    }
    permute(draft, starts.length, moving, bench.random);
    draft.room(draft.length);
    int at = draft.copy(0, starts[0], 0);
    for (int place = 0; place < starts.length; place++) {
      int sentence = draft.order[place];
      int end = sentence + 1 < starts.length ? starts[sentence + 1] : draft.length;
      at = draft.copy(starts[sentence], end, at);
    }
    draft.commit(at);
    draft.permuted = true;
  }

  /** Writes into {@code draft.order} which sentence comes to which place. */
  private static void permute(EditBuffer draft, int sentences, int moving, NoiseRandom random) {
    if (draft.order.length < sentences) {
      draft.order = new int[sentences * 2];
      draft.chosen = new int[sentences * 2];
    }
    draft.selection.choose(moving, sentences, random);
    int place = -1;
    for (int k = 0; k < moving; k++) {
      place = draft.selection.next(place + 1);
      draft.chosen[k] = place;
    }
    for (int k = 0; k < sentences; k++) {
      draft.order[k] = k;
    }
    // The sentence taken out for place k is one of those not yet given a place.
    for (int k = moving - 1; k > 0; k--) {
      int here = draft.chosen[k];
      int there = draft.chosen[random.below(k + 1)];
      int sentence = draft.order[here];
      draft.order[here] = draft.order[there];
      draft.order[there] = sentence;
    }
  }

  @Override
  public double lengthAfter(double tokens) {
    return tokens;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "sentence-permutation", "share", share);
  }
}
