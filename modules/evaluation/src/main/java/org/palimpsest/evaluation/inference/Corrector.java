package org.palimpsest.evaluation.inference;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.palimpsest.corpus.text.Sentences;

/**
 * Corrects texts of any length with a model that restores whole texts: sentence by sentence,
 * because such models have learned short texts, and with the spaces between sentences as they are.
 * A sentence that is longer than the model's positions is corrected in parts, cut at a space. Use
 * it from one thread.
 */
public final class Corrector {
  private final Predicate<String> fits;
  private final UnaryOperator<String> restore;
  private final Sentences sentences = new Sentences();

  /**
   * Creates a corrector, which does not close the restorer.
   *
   * @param minGain least gain of a change that is made, in nats; see {@link JudgedChanges}. All
   *     changes are made with negative infinity.
   */
  public Corrector(Restorer restorer, double minGain) {
    this(restorer::fits, text -> restored(restorer, text, minGain));
  }

  /**
   * Creates a corrector.
   *
   * @param fits whether a text can be restored at once
   * @param restore gives the restored text
   */
  Corrector(Predicate<String> fits, UnaryOperator<String> restore) {
    this.fits = fits;
    this.restore = restore;
  }

  private static String restored(Restorer restorer, String text, double minGain) {
    String restored = restorer.restore(text).text();
    return minGain == Double.NEGATIVE_INFINITY
        ? restored
        : JudgedChanges.of(restorer, text, restorer.source(text), restored).keeping(minGain);
  }

  /**
   * Corrects a text.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if the model does not restore
   *     whole texts, or if the text is empty
   */
  public Correction correct(String text) {
    if (text.isBlank()) {
      return Correction.of(text, restore.apply(text)); // Says why it is refused.
    }
    StringBuilder corrected = new StringBuilder();
    int count = sentences.find(text);
    for (int k = 0; k < count; k++) {
      int end = k + 1 < count ? sentences.start(k + 1) : text.length();
      append(text.substring(sentences.start(k), end), corrected);
    }
    return Correction.of(text, corrected.toString());
  }

  private void append(String part, StringBuilder into) {
    String core = part.strip();
    if (core.isEmpty()) {
      into.append(part);
      return;
    }
    int begin = part.indexOf(core);
    into.append(part, 0, begin);
    int cut = fits.test(core) ? -1 : middleSpace(core);
    if (cut < 0) {
      into.append(restore.apply(core));
    } else {
      append(core.substring(0, cut), into);
      append(core.substring(cut), into);
    }
    into.append(part, begin + core.length(), part.length());
  }

  /** The space that is nearest to the middle, or −1. */
  private static int middleSpace(String text) {
    int middle = text.length() / 2;
    for (int away = 0; away <= middle; away++) {
      if (Character.isWhitespace(text.charAt(middle - away))) {
        return middle - away;
      }
      if (middle + away < text.length() && Character.isWhitespace(text.charAt(middle + away))) {
        return middle + away;
      }
    }
    return -1;
  }
}
