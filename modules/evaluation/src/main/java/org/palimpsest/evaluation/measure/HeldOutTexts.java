package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.objective.TokenBlock;

/**
 * Held-out texts for a measure: the first documents, or parts of documents that a block has, whose
 * lengths are within bounds. Documents are stored in the order of a keyed hash, so the first ones
 * are a random sample, and no one chose them.
 *
 * @param count number of texts; the split may have fewer
 * @param minTokens length of the shortest
 * @param maxTokens length of the longest
 * @param minSentences least number of sentences
 */
record HeldOutTexts(int count, int minTokens, int maxTokens, int minSentences) {

  /** Keys of the settings. */
  static final List<String> KEYS = List.of("texts", "min-tokens", "max-tokens", "min-sentences");

  static HeldOutTexts from(MeasureSettings settings, int minSentences) {
    return new HeldOutTexts(
        settings.size("texts", 128),
        settings.size("min-tokens", 8),
        settings.size("max-tokens", 512),
        settings.size("min-sentences", minSentences));
  }

  /**
   * The texts, without separators.
   *
   * @throws PalimpsestException of kind INPUT if there are none
   */
  List<TokenBlock> in(Corpus corpus) {
    List<TokenBlock> texts = new ArrayList<>();
    if (corpus.validation().blocks() > 0) {
      try (BlockReader reader = corpus.validation().asStored(0, 1)) {
        while (texts.size() < count && reader.hasNext()) {
          add(reader.next().block(), corpus.vocabulary().eos(), texts);
        }
      }
    }
    if (texts.isEmpty()) {
      throw PalimpsestException.input(
          "The held-out text of "
              + corpus.path()
              + " has no document of "
              + minTokens
              + " to "
              + maxTokens
              + " tokens and at least "
              + minSentences
              + " sentences: change these bounds in the study, or corpus.validation-share.");
    }
    return texts;
  }

  private void add(TokenBlock block, int separator, List<TokenBlock> texts) {
    int[] starts = block.documentStarts();
    for (int d = 0; d < starts.length && texts.size() < count; d++) {
      int end = d + 1 < starts.length ? starts[d + 1] : block.length();
      while (end > starts[d] && block.tokens()[end - 1] == separator) {
        end--;
      }
      TokenBlock text = block.document(starts[d], end);
      if (text.length() >= minTokens
          && text.length() <= maxTokens
          && text.sentenceStarts().length >= minSentences) {
        texts.add(text);
      }
    }
  }
}
