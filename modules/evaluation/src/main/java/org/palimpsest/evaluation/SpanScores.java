package org.palimpsest.evaluation;

import java.util.List;
import java.util.function.IntFunction;
import org.palimpsest.evaluation.EvaluationReport.RestoredSpans;
import org.palimpsest.evaluation.inference.Restorer.LostSpan;
import org.palimpsest.evaluation.metric.RougeL;

/** Compares restored spans with the original ones, and with those of a baseline. */
final class SpanScores {
  private SpanScores() {}

  /**
   * Means over all spans.
   *
   * @param tokenText text of a token
   * @param occurrences number of occurrences of each token in the training text
   */
  static RestoredSpans of(
      List<RestoringTask.Restored> texts, IntFunction<String> tokenText, long[] occurrences) {
    String word = mostFrequentWord(tokenText, occurrences);
    long spans = 0;
    double model = 0;
    double unigram = 0;
    for (RestoringTask.Restored text : texts) {
      for (int i = 0; i < text.lost().size(); i++) {
        LostSpan lost = text.lost().get(i);
        spans++;
        model += RougeL.f1(text.spans().get(i), lost.text());
        unigram += RougeL.f1((word + " ").repeat(lost.tokens()), lost.text());
      }
    }
    return new RestoredSpans(
        texts.size(), spans, spans == 0 ? 0 : model / spans, spans == 0 ? 0 : unigram / spans);
  }

  /** The most frequent token with a letter or a digit: punctuation is no word for ROUGE-L. */
  private static String mostFrequentWord(IntFunction<String> tokenText, long[] occurrences) {
    String word = "";
    long most = 0;
    for (int id = 0; id < occurrences.length; id++) {
      if (occurrences[id] > most) {
        String text = tokenText.apply(id).strip();
        if (text.codePoints().anyMatch(Character::isLetterOrDigit)) {
          word = text;
          most = occurrences[id];
        }
      }
    }
    return word;
  }
}
