package org.palimpsest.corpus.tokenize;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.Vocabulary.LanguagePlace;

/**
 * The special ids around a text: {@code <s>} and {@code </s>}, or also the token of a language.
 *
 * @param before ids before a text
 * @param after ids after it
 */
public record TextFrame(int[] before, int[] after) implements Serializable {
  /** A text that every tokenizer has ids for. */
  private static final String SOME_TEXT = "a";

  /** Returns what a tokenizer's file puts around texts. */
  public static TextFrame of(Tokenizer tokenizer) {
    int[] framed = tokenizer.ids(SOME_TEXT, true);
    int text = tokenizer.ids(SOME_TEXT, false).length;
    int around = framed.length - text;
    int[] empty = tokenizer.frame();
    int before = 0;
    while (before < around && framed[before] == empty[before]) {
      before++;
    }
    // An id of the text may be equal to one of those after it.
    while (before > 0 && !isAfter(framed, before + text, empty, before)) {
      before--;
    }
    return new TextFrame(
        Arrays.copyOf(empty, before), Arrays.copyOfRange(empty, before, empty.length));
  }

  private static boolean isAfter(int[] framed, int from, int[] empty, int before) {
    return Arrays.equals(framed, from, framed.length, empty, before, empty.length);
  }

  /** Returns the frame of these ids, each of which may be {@link Vocabulary#NONE}. */
  public static TextFrame of(int begin, int end) {
    return new TextFrame(known(begin), known(end));
  }

  private static int[] known(int id) {
    return id == Vocabulary.NONE ? new int[0] : new int[] {id};
  }

  /** Returns a text with this frame. */
  public int[] around(int[] text) {
    return Stream.of(before, text, after).flatMapToInt(Arrays::stream).toArray();
  }

  /** Whether it has other ids than those of {@code <s>} and {@code </s>}, such as a language. */
  public boolean hasLanguage(Vocabulary vocabulary) {
    return IntStream.concat(Arrays.stream(before), Arrays.stream(after))
        .anyMatch(id -> id != vocabulary.bos() && id != vocabulary.eos());
  }

  /** Where the ids around an empty text have the token of a language. */
  static LanguagePlace languagePlace(Vocabulary vocabulary, int... around) {
    LanguagePlace next = LanguagePlace.BEFORE_TEXT;
    for (int id : around) {
      if (id == vocabulary.eos()) {
        next = LanguagePlace.AFTER_END;
      } else if (id != vocabulary.bos()) {
        return next;
      }
    }
    return LanguagePlace.NONE;
  }

  /** Returns this frame with another language, if it has one. */
  public TextFrame withLanguage(int language, Vocabulary vocabulary) {
    return new TextFrame(
        withLanguage(before, language, vocabulary), withLanguage(after, language, vocabulary));
  }

  private static int[] withLanguage(int[] ids, int language, Vocabulary vocabulary) {
    return Arrays.stream(ids)
        .map(id -> id == vocabulary.bos() || id == vocabulary.eos() ? id : language)
        .toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextFrame that
        && Arrays.equals(before, that.before)
        && Arrays.equals(after, that.after);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(before) + Arrays.hashCode(after);
  }

  @Override
  public String toString() {
    return Arrays.toString(before) + " text " + Arrays.toString(after);
  }
}
