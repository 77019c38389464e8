package org.palimpsest.objective.errors;

import java.text.CharacterIterator;

/** A part of an array as ICU reads it, without a copy. Reusable. */
final class BufferText implements CharacterIterator {
  private char[] text = new char[0];
  private int length;
  private int index;

  /** Begins at the start of the first {@code count} elements. */
  void of(char[] array, int count) {
    text = array;
    length = count;
    index = 0;
  }

  @Override
  public char first() {
    return setIndex(0);
  }

  @Override
  public char last() {
    return setIndex(Math.max(0, length - 1));
  }

  @Override
  public char current() {
    return index < length ? text[index] : DONE;
  }

  @Override
  public char next() {
    return setIndex(Math.min(length, index + 1));
  }

  @Override
  public char previous() {
    return index == 0 ? DONE : setIndex(index - 1);
  }

  @Override
  public char setIndex(int position) {
    index = position;
    return current();
  }

  @Override
  public int getBeginIndex() {
    return 0;
  }

  @Override
  public int getEndIndex() {
    return length;
  }

  @Override
  public int getIndex() {
    return index;
  }

  /** Another reader of the same array. */
  @Override
  @SuppressWarnings({"MethodDoesntCallSuperMethod", "PMD.ProperCloneImplementation"})
  public Object clone() {
    BufferText copy = new BufferText();
    copy.of(text, length);
    copy.index = index;
    return copy;
  }
}
