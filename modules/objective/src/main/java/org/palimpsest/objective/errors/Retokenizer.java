package org.palimpsest.objective.errors;

import java.util.Arrays;
import java.util.List;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;

/**
 * Has errors change the text of a draft: decodes it, finds the units that are as they were, which
 * keep their tokens, and encodes what stands between them. A reusable buffer.
 */
final class Retokenizer {
  private static final int NOWHERE = -1;

  private final DecodedText before = new DecodedText();
  private final TextDraft text = new TextDraft();
  private final TokenAlignment alignment = new TokenAlignment();

  /** For every {@code char} before, the unit whose first visible one it is, or NOWHERE. */
  private int[] unitAt = new int[0];

  /** The units that are as they were, in the order in which they stand now, and where. */
  private int[] intact = new int[0];

  private int[] intactFrom = new int[0];
  private int intactCount;
  private boolean[] taken = new boolean[0];

  private int[] gone = new int[0];
  private int written;

  void apply(List<TextError> errors, CorruptionContext bench, int longest) {
    before.read(bench);
    text.load(before.chars, before.charCount);
    for (int k = 0; k < errors.size(); k++) {
      bench.random.part(k);
      errors.get(k).apply(text, bench.random);
    }
    if (text.changed()) {
      findIntact();
      write(bench, longest);
    }
  }

  private void findIntact() {
    room();
    for (int unit = 0; unit < before.units; unit++) {
      unitAt[before.unitChar[unit] + lead(unit)] = unit;
    }
    intactCount = 0;
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      int origin = text.origin(at);
      int unit = origin == TextDraft.NEW ? NOWHERE : unitAt[origin];
      if (unit != NOWHERE && isIntact(unit, at - lead(unit), from)) {
        from = at - lead(unit);
        intact[intactCount] = unit;
        intactFrom[intactCount++] = from;
        taken[unit] = true;
        from += before.unitChar[unit + 1] - before.unitChar[unit];
        at = from - 1;
      }
    }
  }

  private void room() {
    if (unitAt.length < before.charCount) {
      unitAt = new int[before.chars.length];
    }
    Arrays.fill(unitAt, 0, before.charCount, NOWHERE);
    if (intact.length < before.unitToken.length) {
      intact = new int[before.unitToken.length];
      intactFrom = new int[intact.length];
      taken = new boolean[intact.length];
      gone = new int[intact.length];
    }
    Arrays.fill(taken, 0, before.units, false);
  }

  /** Number of spaces before the first visible {@code char} of a unit; all but one of spaces. */
  private int lead(int unit) {
    int end = before.unitChar[unit + 1] - 1;
    int at = before.unitChar[unit];
    while (at < end && TextDraft.isSpace(before.chars[at])) {
      at++;
    }
    return at - before.unitChar[unit];
  }

  /** Whether a unit stands at an offset of the text as it was, and its neighbors do not join it. */
  private boolean isIntact(int unit, int from, int free) {
    int start = before.unitChar[unit];
    int length = before.unitChar[unit + 1] - start;
    if (taken[unit] || from < free || from + length > text.length()) {
      return false;
    }
    int lead = lead(unit);
    for (int k = 0; k < length; k++) {
      boolean same = text.at(from + k) == before.chars[start + k];
      if (!same || (k >= lead && text.origin(from + k) != start + k)) {
        return false;
      }
    }
    return isBorder(from, lead > 0, start) && isEnd(from + length, start + length);
  }

  private boolean isBorder(int from, boolean spaced, int start) {
    return from == 0
        ? start == 0 || spaced || text.at(0) == TextDraft.BARRIER
        : spaced || isBarrier(from) || isBarrier(from - 1) || text.origin(from - 1) == start - 1;
  }

  private boolean isEnd(int end, int oldEnd) {
    return end == text.length()
        || isBarrier(end)
        || isBarrier(end - 1)
        || TextDraft.isSpace(text.at(end))
        || text.origin(end) == oldEnd;
  }

  private boolean isBarrier(int at) {
    return text.at(at) == TextDraft.BARRIER;
  }

  private void write(CorruptionContext bench, int longest) {
    EditBuffer draft = bench.draft;
    draft.room(longest);
    written = 0;
    int from = 0;
    int last = NOWHERE;
    boolean moved = false;
    for (int k = 0; k <= intactCount; k++) {
      int unit = k < intactCount ? intact[k] : before.units;
      int to = k < intactCount ? intactFrom[k] : text.length();
      if (!encode(bench, from, to, last, unit, longest)) {
        bench.overflowed++;
        return;
      }
      if (k == intactCount) {
        break;
      }
      int first = before.unitToken[unit];
      int end = before.unitToken[unit + 1];
      if (written + end - first > longest) {
        bench.overflowed++;
        return;
      }
      written = draft.copy(first, end, written);
      from = to + before.unitChar[unit + 1] - before.unitChar[unit];
      moved |= unit < last;
      last = unit;
    }
    draft.commit(written);
    draft.resized = true;
    draft.permuted |= moved;
  }

  /**
   * Encodes the text between two intact units. Of the tokens that stood between them, those that
   * are still there in their order keep their origins.
   *
   * @return whether there is room
   */
  private boolean encode(
      CorruptionContext bench, int from, int to, int last, int next, int longest) {
    if (from == to) {
      return true;
    }
    int[] ids = bench.codec().encodeContinuing(text.substring(from, to));
    EditBuffer draft = bench.draft;
    if (written + ids.length > longest) {
      return false;
    }
    int lost = lost(last, next);
    alignment.align(draft.tokens, gone, lost, ids);
    for (int k = 0; k < ids.length; k++) {
      int old = alignment.partner(k);
      draft.nextTokens[written] = ids[k];
      draft.nextOrigin[written++] =
          old == TokenAlignment.NONE ? EditBuffer.INSERTED : draft.origin[old];
    }
    return true;
  }

  /** Collects the tokens of the units between two that are nowhere intact; gives their number. */
  private int lost(int last, int next) {
    int lost = 0;
    for (int unit = last + 1; unit < next; unit++) {
      for (int token = before.unitToken[unit];
          !taken[unit] && token < before.unitToken[unit + 1];
          token++) {
        gone[lost++] = token;
      }
    }
    return lost;
  }
}
