package org.palimpsest.evaluation.inference;

import java.io.Serializable;
import org.palimpsest.corpus.tokenize.TextFrame;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.huggingface.ModelFolder;

/**
 * The special ids around the texts that a model reads and writes. A tokenizer that marks languages
 * says it, and so does that of a family that was never trained to restore text; otherwise the
 * objective does.
 *
 * @param source around a source
 * @param targetStart first id of a target after the decoder's start, or {@link Vocabulary#NONE}
 */
public record TextFrames(TextFrame source, int targetStart) implements Serializable {
  static TextFrames of(TrainedModel model, MarkUse use) {
    Tokenizer tokenizer = model.tokenizer().tokenizer();
    Vocabulary vocabulary = tokenizer.vocabulary();
    TextFrame own = TextFrame.of(tokenizer);
    boolean isOfPairs = model.isFineTuned() && ModelFolder.isOfPairs(model.type());
    if (own.hasLanguage(vocabulary) || isOfPairs) {
      int forced =
          model.generation().get(ForcedFirst.KEY) instanceof Integer id ? id : Vocabulary.NONE;
      return new TextFrames(own, forced);
    }
    int begin = use.beginsWithBos() ? vocabulary.bos() : Vocabulary.NONE;
    int end = use.endsWithEos() ? vocabulary.eos() : Vocabulary.NONE;
    return new TextFrames(TextFrame.of(begin, end), begin);
  }
}
