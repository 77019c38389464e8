package org.palimpsest.evaluation.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.TextFrame;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.inference.MarkUse.Answer;
import org.palimpsest.evaluation.inference.MarkUse.Mark;
import org.palimpsest.objective.Vocabulary;

/** Converts a user's text, with {@code <mask>} for missing words, to the source of a model. */
record SourceText(String text, TrainedModel model, MarkUse use, TextFrame frame) {
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
    List<String> pieces = pieces();
    for (int i = 0; i < pieces.size(); i++) {
      if (i > 0) {
        parts.add(new int[] {use.markId(vocabulary, i - 1)});
      }
      parts.add(
          i == 0 ? tokenizer.encode(pieces.get(i)) : tokenizer.encodeContinuing(pieces.get(i)));
    }
    int[] ids = frame.around(parts.stream().flatMapToInt(Arrays::stream).toArray());
    refuseTooLong(ids.length);
    return ids;
  }

  /** The texts between the masks, without the space before a mask: a restored word has its own. */
  private List<String> pieces() {
    List<String> pieces = new ArrayList<>(List.of(marks().split(text, -1)));
    for (int i = 0; i < pieces.size() - 1; i++) {
      pieces.set(i, pieces.get(i).stripTrailing());
    }
    return pieces;
  }

  /** {@code <mask>}, or what the model's own tokenizer calls its marks. */
  private Pattern marks() {
    Tokenizer tokenizer = model.tokenizer().tokenizer();
    Vocabulary vocabulary = tokenizer.vocabulary();
    StringJoiner marks = new StringJoiner("|").add(Pattern.quote(MASK));
    if (vocabulary.hasMask()) {
      marks.add(Pattern.quote(tokenizer.token(vocabulary.mask())));
    }
    if (use.mark() == Mark.SENTINEL) {
      marks.add("<extra_id_\\d+>");
    }
    return Pattern.compile(marks.toString());
  }

  private boolean isMarked() {
    return marks().matcher(text).find();
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
    if (isMarked() && use.mark() == Mark.MASK && !vocabulary().hasMask()) {
      throw refused("has no mask in its tokenizer: remove " + MASK + " from the text");
    }
    int sentinels = vocabulary().sentinels();
    int masks = pieces().size() - 1;
    if (use.mark() == Mark.SENTINEL && masks > sentinels) {
      throw refused("fills at most " + sentinels + " gaps at once: write fewer " + MASK);
    }
    for (int k = 0; k < masks; k++) {
      refuseMarkWithoutRow(use.markId(vocabulary(), k));
    }
  }

  /** Published models lack rows for marks that only their tokenizers have. */
  private void refuseMarkWithoutRow(int mark) {
    if (mark >= model.spec().vocabulary()) {
      throw refused(
          "has no row for "
              + model.tokenizer().tokenizer().token(mark)
              + " of its tokenizer, id "
              + mark
              + ": remove it from the text");
    }
  }

  private Vocabulary vocabulary() {
    return model.tokenizer().tokenizer().vocabulary();
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
