package org.palimpsest.objective.denoising;

import java.util.BitSet;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseUnit;

/**
 * The words of a text, on which noise masks work. If every token is a word, which is the usual
 * case, nothing is stored. A reusable buffer.
 */
final class Units {
  private int[] start = new int[0];
  private int[] end = new int[0];
  private int count;
  private boolean identity;
  private final Spans scratch = new Spans();

  /** Finds the words of the draft; gives their number. */
  int measure(CorruptionContext bench, NoiseUnit unit) {
    EditBuffer draft = bench.draft;
    BitSet starts = bench.vocabulary.wordStarts();
    boolean words = unit == NoiseUnit.WORD && !starts.isEmpty();
    boolean barriers = draft.resized || bench.ids.anyIn(draft.tokens, draft.length);
    identity = !words && !barriers;
    if (identity) {
      return draft.length;
    }
    if (barriers) {
      bench.ids.check(draft.block);
    }
    if (start.length < draft.length) {
      start = new int[draft.length + (draft.length >> 2)];
      end = new int[start.length];
    }
    find(bench, words ? starts : null);
    return count;
  }

  private void find(CorruptionContext bench, BitSet starts) {
    EditBuffer draft = bench.draft;
    count = 0;
    boolean inside = false;
    for (int at = 0; at < draft.length; at++) {
      int token = draft.tokens[at];
      if (bench.ids.isSpecial(token) || draft.origin[at] == EditBuffer.INSERTED) {
        inside = false;
        continue;
      }
      if (!inside || starts == null || starts.get(token)) {
        start[count++] = at;
      }
      end[count - 1] = at + 1;
      inside = true;
    }
  }

  /** Turns spans of words into spans of tokens. */
  void toTokens(Spans spans) {
    if (identity) {
      return;
    }
    scratch.clear();
    for (int k = 0; k < spans.count; k++) {
      toTokens(spans.start[k], spans.end[k], spans.atBarrier);
    }
    spans.count = 0;
    for (int k = 0; k < scratch.count; k++) {
      spans.add(scratch.start[k], scratch.end[k]);
    }
  }

  private void toTokens(int from, int to, Spans.AtBarrier atBarrier) {
    int begun = from;
    for (int word = from + 1; word < to; word++) {
      if (start[word] != end[word - 1]) {
        scratch.add(start[begun], end[word - 1]);
        if (atBarrier == Spans.AtBarrier.STOP) {
          return;
        }
        begun = word;
      }
    }
    scratch.add(start[begun], end[to - 1]);
  }
}
