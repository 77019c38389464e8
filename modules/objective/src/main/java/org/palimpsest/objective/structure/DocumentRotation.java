package org.palimpsest.objective.structure;

import java.util.Map;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;

/**
 * Every document of the block is rotated so that it begins with one of its tokens, drawn uniformly,
 * the present first one included: P(unchanged) = 1/m for m tokens, as BART's paper says; fairseq's
 * draw would leave 2/(m + 1) unchanged. An {@code </s>} between documents keeps its place.
 * Documents are those of {@link TokenBlock#documentStarts()}; behind a step that changed the order
 * they are the stretches between {@code </s>}.
 *
 * <p>Example: {@code The old miller likes his horse . It runs .} → {@code runs . The old miller
 * likes his horse . It}.
 *
 * @param share probability that a document is rotated, in [0, 1]
 */
public record DocumentRotation(double share) implements StructuralStep {
  public DocumentRotation {
    Limits.share("share of document-rotation", share);
  }

  @Override
  public void apply(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    if (draft.length < 2 || share == 0) {
      return;
    }
    boolean separated = bench.ids.anyIn(draft.tokens, draft.length);
    draft.room(draft.length);
    int at = 0;
    while (at < draft.length) {
      int end = documentEnd(bench, at, separated);
      rotate(bench, at, end);
      at = end;
      if (at < draft.length && draft.tokens[at] == bench.vocabulary.eos()) {
        at = draft.copy(at, at + 1, at);
      }
    }
    draft.commit(draft.length);
    draft.permuted = true;
  }

  private static int documentEnd(CorruptionContext bench, int from, boolean separated) {
    EditBuffer draft = bench.draft;
    int end = draft.length;
    if (!draft.permuted && !draft.resized) {
      end = nextStart(draft.block.documentStarts(), from, end);
    }
    for (int at = from; separated && at < end; at++) {
      if (draft.tokens[at] == bench.vocabulary.eos()) {
        return at;
      }
    }
    return end;
  }

  private static int nextStart(int[] starts, int from, int length) {
    for (int start : starts) {
      if (start > from) {
        return start;
      }
    }
    return length;
  }

  private void rotate(CorruptionContext bench, int from, int to) {
    if (to - from < 2 || (share < 1 && bench.random.unit() >= share)) {
      bench.draft.copy(from, to, from);
      return;
    }
    int first = from + bench.random.below(to - from);
    int at = bench.draft.copy(first, to, from);
    bench.draft.copy(from, first, at);
  }

  @Override
  public double lengthAfter(double tokens) {
    return tokens;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", "document-rotation", "share", share);
  }
}
