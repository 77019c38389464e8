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

/** Converts a user's text, with {@code <mask>} for missing words, to the source of a model. */
record SourceText(String text, TrainedModel model, MarkUse use) {
  static final String MASK = "<mask>";

  /**
   * The ids of the source.
   *
   * @throws PalimpsestException of kind INPUT if the model cannot use the text
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

  /** The texts between the masks, without the space before a mask: a restored word has its own. */
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
      throw PalimpsestException.input("The text to restore is empty: provide some text.");
    }
    if (use.answer() == Answer.OTHER) {
      throw refused(
          "does not generate text that can be inserted: use a model that restores whole texts");
    }
    if (isMarked() && use.mark() == Mark.NONE) {
      throw refused("does not use " + MASK + ": remove it from the text");
    }
    if (!isMarked() && use.answer() == Answer.SPANS) {
      throw refused("fills gaps only: write " + MASK + " where words are missing");
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
