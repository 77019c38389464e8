package org.palimpsest.evaluation.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a model changed in a text, and how much more probable each change makes the text. A model
 * that writes whole texts errs where it should copy; such changes gain little.
 *
 * @param source the text before
 * @param changes in the order of the text
 * @param gains how much the loss of the restored text rises without the change, in nats: a change
 *     of 3 nats makes the text e³ times as probable
 */
public record JudgedChanges(String source, List<Change> changes, List<Double> gains) {
  public JudgedChanges {
    changes = List.copyOf(changes);
    gains = List.copyOf(gains);
  }

  /** Computes the loss of a text in nats, or not a number if the model cannot write it. */
  interface Losses {
    double[] of(List<String> texts);
  }

  /**
   * Judges the changes of a restored text, each with all others made.
   *
   * @param restorer whose model restored it
   */
  public static JudgedChanges of(Restorer restorer, String source, int[] ids, String restored) {
    return of(source, restored, texts -> restorer.losses(ids, texts));
  }

  static JudgedChanges of(String source, String restored, Losses losses) {
    List<Change> changes = TextDiff.of(source, restored);
    if (changes.isEmpty()) {
      return new JudgedChanges(source, List.of(), List.of());
    }
    List<String> texts = new ArrayList<>(List.of(with(source, changes, k -> true)));
    for (int left = 0; left < changes.size(); left++) {
      int without = left;
      texts.add(with(source, changes, k -> k != without));
    }
    double[] loss = losses.of(texts);
    List<Double> gains = new ArrayList<>();
    for (int k = 0; k < changes.size(); k++) {
      gains.add(loss[k + 1] - loss[0]);
    }
    return new JudgedChanges(source, changes, gains);
  }

  /**
   * The text with only the changes that gain enough, or that could not be judged because the text
   * without them is too long for the model.
   *
   * @param least in nats; all changes are made with negative infinity
   */
  public String keeping(double least) {
    return with(source, changes, k -> !(gains.get(k) < least));
  }

  private static String with(String source, List<Change> changes, IntPredicate isMade) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (int k = 0; k < changes.size(); k++) {
      Change change = changes.get(k);
      text.append(source, at, change.from());
      text.append(isMade.test(k) ? change.after() : change.before());
      at = change.to();
    }
    return text.append(source, at, source.length()).toString();
  }
}
