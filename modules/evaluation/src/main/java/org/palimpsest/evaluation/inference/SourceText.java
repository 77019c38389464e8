package org.palimpsest.evaluation.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.inference.MarkUse.Answer;
import org.palimpsest.evaluation.inference.MarkUse.Mark;
import org.palimpsest.objective.Vocabulary;

/** A user's text, with {@code <mask>} where something is missing, as a model reads it. */
record SourceText(String text, TrainedModel model, MarkUse use) {
  static final String MASK = "<mask>";

  /**
   * The ids of the source.
   *
   * @throws PalimpsestException of kind INPUT in one sentence if the model cannot use the text
   */
  int[] ids() {
    refuseUnusable();
    Tokenizer tokenizer = model.tokenizer().tokenizer();
    Vocabulary vocabulary = tokenizer.vocabulary();
    List<int[]> parts = new ArrayList<>();
    if (use.beginsWithBos()) {
      parts.add(new int[] {vocabulary.bos()});
    }
    List<String> pieces = pieces();
    for (int i = 0; i < pieces.size(); i++) {
      if (i > 0) {
        parts.add(new int[] {use.markId(vocabulary, i - 1)});
      }
      parts.add(tokenizer.encode(pieces.get(i)));
    }
    if (use.endsWithEos()) {
      parts.add(new int[] {vocabulary.eos()});
    }
    int[] ids = parts.stream().flatMapToInt(Arrays::stream).toArray();
    refuseTooLong(ids.length);
    return ids;
  }

  /**
   * What stands between the masks. A word brings its blank along, so one before a mask is extra.
   */
  private List<String> pieces() {
    List<String> pieces = new ArrayList<>(List.of(text.split(Pattern.quote(MASK), -1)));
    for (int i = 0; i < pieces.size() - 1; i++) {
      pieces.set(i, pieces.get(i).stripTrailing());
    }
    return pieces;
  }

  private boolean isMarked() {
    return text.contains(MASK);
  }

  private void refuseUnusable() {
    if (text.isBlank()) {
      throw PalimpsestException.input("There is no text to restore: give one that is not empty.");
    }
    if (use.answer() == Answer.OTHER) {
      throw refused("does not write text that could be put back: use one that restores full text");
    }
    if (isMarked() && use.mark() == Mark.NONE) {
      throw refused("has no " + MASK + ": give it a text without one");
    }
    if (!isMarked() && use.answer() == Answer.SPANS) {
      throw refused("fills gaps only: write " + MASK + " where something is missing");
    }
    int sentinels = model.tokenizer().tokenizer().vocabulary().sentinels();
    int masks = pieces().size() - 1;
    if (use.mark() == Mark.SENTINEL && masks > sentinels) {
      throw refused("fills at most " + sentinels + " gaps at once: write fewer " + MASK);
    }
  }

  private PalimpsestException refused(String why) {
    return PalimpsestException.input(
        "The model "
            + model.origin()
            + ", trained with "
            + model.objectiveName()
            + ", "
            + why
            + ".");
  }

  private void refuseTooLong(int length) {
    if (length > model.spec().positions()) {
      throw PalimpsestException.input(
          "The text has "
              + length
              + " tokens, but the model "
              + model.origin()
              + " reads at most "
              + model.spec().positions()
              + ": shorten it, or restore it in pieces.");
    }
  }
}
