package org.palimpsest.objective.errors;

import java.util.Arrays;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.EditBuffer;

/**
 * The text of a draft's tokens, and its units: the smallest runs of tokens that are encoded apart
 * from others. A unit is a word with the spaces before it, a clause of a script without spaces, or
 * a token without text. A reusable buffer.
 */
final class DecodedText {
  private byte[] bytes = new byte[0];
  private int byteCount;

  /** For every token, where its bytes begin. */
  private int[] tokenByte = new int[0];

  private boolean[] opaque = new boolean[0];

  char[] chars = new char[0];
  int charCount;

  /** For every unit, its first token and its first {@code char}; one more for the end. */
  int[] unitToken = new int[0];

  int[] unitChar = new int[0];
  int units;

  void read(CorruptionContext bench) {
    EditBuffer draft = bench.draft;
    gather(bench, draft);
    units = 0;
    charCount = 0;
    if (chars.length < byteCount + draft.length) {
      chars = new char[byteCount + draft.length + 64];
    }
    int token = 0;
    while (token < draft.length) {
      if (opaque[token]) {
        beginUnit(token);
        chars[charCount++] = TextDraft.BARRIER;
        token++;
      } else {
        token = decodeRun(token, draft.length);
      }
    }
    unitToken[units] = draft.length;
    unitChar[units] = charCount;
  }

  private void gather(CorruptionContext bench, EditBuffer draft) {
    TextCodec codec = bench.codec();
    if (tokenByte.length < draft.length + 1) {
      int more = draft.length + (draft.length >> 1) + 1;
      tokenByte = new int[more];
      opaque = new boolean[more];
      unitToken = new int[more];
      unitChar = new int[more];
    }
    byteCount = 0;
    for (int token = 0; token < draft.length; token++) {
      tokenByte[token] = byteCount;
      int id = draft.tokens[token];
      byte[] text = bench.ids.isSpecial(id) ? null : codec.utf8(id);
      opaque[token] = text == null || text.length == 0;
      if (!opaque[token]) {
        if (bytes.length < byteCount + text.length) {
          bytes = Arrays.copyOf(bytes, 2 * (byteCount + text.length));
        }
        System.arraycopy(text, 0, bytes, byteCount, text.length);
        byteCount += text.length;
      }
    }
    tokenByte[draft.length] = byteCount;
  }

  private void beginUnit(int token) {
    unitToken[units] = token;
    unitChar[units++] = charCount;
  }

  /** Decodes tokens up to the next one without text; gives the token behind them. */
  private int decodeRun(int first, int tokens) {
    int end = first + 1;
    while (end < tokens && !opaque[end]) {
      end++;
    }
    int at = tokenByte[first];
    int token = first;
    int previous = TextDraft.BARRIER;
    while (at < tokenByte[end]) {
      int length = Utf8.length(bytes, at, tokenByte[end]);
      if (length == 0) {
        return withoutCut(first, at, end);
      }
      int codePoint = Utf8.codePoint(bytes, at, length);
      while (token < end && tokenByte[token] < at) {
        token++;
      }
      boolean begins = token < end && tokenByte[token] == at;
      if (begins && (token == first || isBorder(previous, codePoint))) {
        beginUnit(token);
      }
      charCount += Character.toChars(codePoint, chars, charCount);
      previous = codePoint;
      at += length;
    }
    return end;
  }

  /** A token with a part of a character stands for no text; the run is read again without it. */
  private int withoutCut(int first, int at, int end) {
    int cut = first;
    while (cut + 1 < end && tokenByte[cut + 1] <= at) {
      cut++;
    }
    opaque[cut] = true;
    while (units > 0 && unitToken[units - 1] >= first) {
      charCount = unitChar[--units];
    }
    return first;
  }

  /** Whether tokens before and behind a place between two characters are encoded apart. */
  private static boolean isBorder(int before, int behind) {
    boolean space = TextDraft.isSpace(behind) && !TextDraft.isSpace(before);
    boolean clause =
        before >= 0x3000 && (before <= 0x3002 || (before >= 0xFF01 && before <= 0xFF1F));
    return space || clause;
  }
}
