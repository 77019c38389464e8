package org.palimpsest.corpus.clean;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.CleaningStep;
import org.palimpsest.corpus.text.Document;

/**
 * Cleans documents one by one: normalizes the text, then applies the limits in a fixed order. A
 * removed document is counted by the first limit it violates.
 */
public final class Cleaner {
  private final List<Rewrite> rewrites = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();

  private record Rewrite(CleaningStep step, UnaryOperator<String> change) {}

  private record Rule(CleaningStep step, Predicate<String> passes) {}

  /** The configured steps; duplicates need more than one document and are removed elsewhere. */
  public Cleaner(CleaningSettings settings) {
    if (settings.normalization().controlCharacters() == CleaningSettings.ControlCharacters.REMOVE) {
      rewrites.add(new Rewrite(CleaningStep.CONTROL_CHARACTERS, Characters::withoutControls));
    }
    switch (settings.normalization().unicode()) {
      case KEEP -> {}
      case NFC -> rewrites.add(new Rewrite(CleaningStep.UNICODE, Characters::composed));
      case NFKC -> rewrites.add(new Rewrite(CleaningStep.UNICODE, Characters::unified));
    }
    if (settings.normalization().whiteSpace() == CleaningSettings.WhiteSpace.COLLAPSE) {
      rewrites.add(new Rewrite(CleaningStep.WHITE_SPACE, Characters::collapsed));
    }
    rules.add(new Rule(CleaningStep.EMPTY, text -> !text.isEmpty()));
    addRules(settings);
  }

  private void addRules(CleaningSettings settings) {
    if (settings.limits().minCharacters() > 0) {
      rule(
          CleaningStep.MIN_CHARACTERS,
          text -> Quality.characters(text) >= settings.limits().minCharacters());
    }
    if (settings.limits().maxCharacters() > 0) {
      rule(
          CleaningStep.MAX_CHARACTERS,
          text -> Quality.characters(text) <= settings.limits().maxCharacters());
    }
    if (settings.limits().minLetterShare() > 0) {
      rule(
          CleaningStep.MIN_LETTER_SHARE,
          text -> Quality.letterShare(text) >= settings.limits().minLetterShare());
    }
    if (settings.limits().maxRepeatedRun() > 0) {
      rule(
          CleaningStep.MAX_REPEATED_RUN,
          text -> Quality.longestRepeatedRun(text) <= settings.limits().maxRepeatedRun());
    }
    if (settings.limits().maxRepeatedLines() < 1) {
      rule(
          CleaningStep.MAX_REPEATED_LINES,
          text -> Quality.repeatedLineShare(text) <= settings.limits().maxRepeatedLines());
    }
  }

  private void rule(CleaningStep step, Predicate<String> passes) {
    rules.add(new Rule(step, passes));
  }

  /**
   * The document as it is tokenized, or null if it is left out.
   *
   * @param counts into which what happened is counted
   */
  public Document clean(Document document, CleaningCounts counts) {
    String text = document.text();
    for (Rewrite rewrite : rewrites) {
      String changed = rewrite.change().apply(text).strip();
      if (!changed.equals(text)) {
        counts.add(rewrite.step(), 1);
        text = changed;
      }
    }
    for (Rule rule : rules) {
      if (!rule.passes().test(text)) {
        counts.add(rule.step(), 1);
        return null;
      }
    }
    return document.withText(text);
  }
}
