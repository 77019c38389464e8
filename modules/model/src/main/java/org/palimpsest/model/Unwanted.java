package org.palimpsest.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.palimpsest.base.PalimpsestException;

/**
 * Sequences of tokens that a generated text must not have, as Hugging Face's {@code
 * no_repeat_ngram_size} and {@code bad_words_ids}. The first input of the decoder counts as a part
 * of the text.
 *
 * @param repeated number of tokens of which no sequence occurs twice; 0 for no limit
 * @param words sequences that never occur, each of at least one token
 */
public record Unwanted(int repeated, List<List<Integer>> words) {
  /** No limits. */
  public static final Unwanted NOTHING = new Unwanted(0, List.of());

  public Unwanted {
    words = words.stream().map(List::copyOf).toList();
    if (repeated < 0) {
      throw PalimpsestException.configuration(
          "A text cannot avoid repeated sequences of " + repeated + " tokens: set 0 or more.");
    }
    if (words.stream().anyMatch(List::isEmpty)) {
      throw PalimpsestException.configuration(
          "An unwanted word has no tokens: leave it out, or name its ids.");
    }
  }

  /** Whether every sequence may occur. */
  public boolean isNothing() {
    return repeated == 0 && words.isEmpty();
  }

  /**
   * Adds the tokens that must not follow a text.
   *
   * @param text the first input of the decoder, and what was written
   */
  public void addTo(BitSet forbidden, int... text) {
    if (repeated > 0) {
      addRepeated(forbidden, text);
    }
    for (List<Integer> word : words) {
      int before = word.size() - 1;
      if (word.size() <= text.length && endsWith(text, word, before)) {
        forbidden.set(word.get(before));
      }
    }
  }

  /** What followed the last tokens wherever they occur before. */
  private void addRepeated(BitSet forbidden, int... text) {
    int before = repeated - 1;
    int end = text.length - before;
    for (int at = 0; at < end; at++) {
      if (Arrays.equals(text, at, at + before, text, end, text.length)) {
        forbidden.set(text[at + before]);
      }
    }
  }

  private static boolean endsWith(int[] text, List<Integer> word, int length) {
    for (int i = 0; i < length; i++) {
      if (text[text.length - length + i] != word.get(i)) {
        return false;
      }
    }
    return true;
  }
}
