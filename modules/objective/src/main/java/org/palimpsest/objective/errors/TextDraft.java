package org.palimpsest.objective.errors;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import java.util.Arrays;

/**
 * A text on its way through {@link TextError}s, with the place where each {@code char} stood before
 * the first of them. An error reads the text by characters (grapheme clusters) or by words, writes
 * the next one with {@link #keep} and {@link #write}, and ends with {@link #commit}. A reusable
 * buffer.
 *
 * <p>A token that stands for no text, such as a separator of documents, is one {@link #BARRIER}.
 * Errors leave it where it is.
 */
public final class TextDraft {
  /** Stands for a token without text; no character of a text. */
  public static final char BARRIER = '\uFFFF';

  /** The place of a {@code char} that was not in the text. */
  public static final int NEW = -1;

  private char[] text = new char[0];
  private int[] origin = new int[0];
  private int length;
  private char[] nextText = new char[0];
  private int[] nextOrigin = new int[0];
  private int nextLength;
  private boolean changed;

  private final Characters characters = new Characters();
  private final Words words = new Words();

  /** Begins with a text, which is copied. */
  void load(char[] characterBuffer, int characterCount) {
    room(characterCount);
    System.arraycopy(characterBuffer, 0, nextText, 0, characterCount);
    for (int at = 0; at < characterCount; at++) {
      nextOrigin[at] = at;
    }
    nextLength = characterCount;
    commit();
    changed = false;
  }

  /** Number of {@code char}s. */
  public int length() {
    return length;
  }

  /** The {@code char} at an offset. */
  public char at(int offset) {
    return text[offset];
  }

  /** The code point at an offset. */
  public int codePoint(int offset) {
    return Character.codePointAt(text, offset, length);
  }

  /** Where the {@code char} at an offset stood, or {@link #NEW}. */
  int origin(int offset) {
    return origin[offset];
  }

  /** Whether an error wrote anything since {@link #load}. */
  boolean changed() {
    return changed;
  }

  /** The grapheme clusters of the text. */
  public Characters characters() {
    characters.find(text, length);
    return characters;
  }

  /** The words of the text. */
  public Words words() {
    words.find(text, length);
    return words;
  }

  /** Writes the {@code char}s [from, to) of the text next. */
  public void keep(int from, int to) {
    room(nextLength + to - from);
    System.arraycopy(text, from, nextText, nextLength, to - from);
    System.arraycopy(origin, from, nextOrigin, nextLength, to - from);
    nextLength += to - from;
  }

  /** Writes the {@code char}s [from, to) of the text again, as new ones. */
  public void repeat(int from, int to) {
    int at = nextLength;
    keep(from, to);
    Arrays.fill(nextOrigin, at, nextLength, NEW);
    changed = true;
  }

  /** Writes a new {@code char}. */
  public void write(char added) {
    room(nextLength + 1);
    nextText[nextLength] = added;
    nextOrigin[nextLength++] = NEW;
    changed = true;
  }

  /** Writes a new code point. */
  public void write(int codePoint) {
    if (Character.isBmpCodePoint(codePoint)) {
      write((char) codePoint);
    } else {
      write(Character.highSurrogate(codePoint));
      write(Character.lowSurrogate(codePoint));
    }
  }

  /** Writes new text. */
  public void write(String added) {
    for (int at = 0; at < added.length(); at++) {
      write(added.charAt(at));
    }
  }

  /** Notes that text was left out or written in another order. */
  public void noteChange() {
    changed = true;
  }

  /** Whether the text to be written next begins a document. */
  public boolean isAtStart() {
    return nextLength == 0 || nextText[nextLength - 1] == BARRIER;
  }

  /** Makes what was written the text. */
  public void commit() {
    char[] oldText = text;
    int[] oldOrigin = origin;
    text = nextText;
    origin = nextOrigin;
    length = nextLength;
    nextText = oldText;
    nextOrigin = oldOrigin;
    nextLength = 0;
    characters.forget();
    words.forget();
  }

  private void room(int capacity) {
    if (nextText.length < capacity) {
      int more = capacity + (capacity >> 1) + 16;
      nextText = Arrays.copyOf(nextText, more);
      nextOrigin = Arrays.copyOf(nextOrigin, more);
    }
  }

  /** The {@code char}s [from, to) as a string, without barriers. */
  String substring(int from, int to) {
    StringBuilder part = new StringBuilder(to - from);
    for (int at = from; at < to; at++) {
      if (text[at] != BARRIER) {
        part.append(text[at]);
      }
    }
    return part.toString();
  }

  @Override
  public String toString() {
    return new String(text, 0, length);
  }

  /** Whether a character separates words. */
  public static boolean isSpace(int codePoint) {
    return codePoint <= ' ' || (codePoint >= 0x80 && UCharacter.isUWhiteSpace(codePoint));
  }

  /** Whether errors may change the character that begins at an offset: no space, no barrier. */
  public boolean isVisible(int offset) {
    return text[offset] != BARRIER && !isSpace(codePoint(offset));
  }

  /** Whether a character is a letter, a digit, or a mark of one. */
  public static boolean isWordPart(int codePoint) {
    int type = UCharacter.getType(codePoint);
    return UCharacter.isLetterOrDigit(codePoint)
        || type == UCharacterCategory.NON_SPACING_MARK
        || type == UCharacterCategory.COMBINING_SPACING_MARK;
  }
}
