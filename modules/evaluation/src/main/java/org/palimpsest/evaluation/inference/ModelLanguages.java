package org.palimpsest.evaluation.inference;

import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.TextFrame;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.Vocabulary.LanguagePlace;

/** The languages that a model reads and writes. */
record ModelLanguages(TrainedModel model) {
  /** Languages that a message lists. */
  private static final int LISTED = 8;

  /**
   * The model with other languages.
   *
   * @param source the token of what it reads; empty to leave it
   * @param target the token of what it writes; empty to leave it
   */
  TrainedModel of(String source, String target) {
    TokenizerFile tokenizer =
        source.isEmpty() ? model.tokenizer() : model.tokenizer().inLanguage(id(source));
    return target.isEmpty()
        ? with(tokenizer, model.spec(), model.weights())
        : of(tokenizer, target);
  }

  /**
   * The model as one that restores a text in its own language: published configs do not say that
   * its decoder begins with the language, because it depends on the text.
   */
  TrainedModel ofOwn() {
    int[] after = TextFrame.of(model.tokenizer().tokenizer()).after();
    boolean isToldApart =
        model.isFineTuned()
            || vocabulary().languagePlace() != LanguagePlace.AFTER_END
            || vocabulary().languages().get(model.spec().decoderStart())
            || model.generation().containsKey(ForcedFirst.KEY);
    return isToldApart
        ? model
        : with(model.tokenizer(), startingWith(after[after.length - 1]), model.weights());
  }

  /**
   * With mBART's tokenizers the decoder begins with the language of its text; with the others it
   * writes it first.
   */
  private TrainedModel of(TokenizerFile tokenizer, String target) {
    int id = id(target);
    boolean isStart =
        vocabulary().languagePlace() == LanguagePlace.AFTER_END
            && !model.generation().containsKey(ForcedFirst.KEY);
    return isStart
        ? with(tokenizer, startingWith(id), model.weights())
        : with(tokenizer, model.spec(), new ForcedFirst(model.weights(), id));
  }

  private ModelSpec startingWith(int language) {
    SpecialTokens tokens = model.spec().tokens();
    return model.spec().with(new SpecialTokens(tokens.bos(), tokens.pad(), tokens.eos(), language));
  }

  private TrainedModel with(TokenizerFile tokenizer, ModelSpec spec, ModelWeights weights) {
    return new TrainedModel(model.origin(), spec, model.objective(), tokenizer, weights);
  }

  private Vocabulary vocabulary() {
    return model.tokenizer().tokenizer().vocabulary();
  }

  private int id(String language) {
    Vocabulary vocabulary = vocabulary();
    int id = vocabulary.named().getOrDefault(language, Vocabulary.NONE);
    if (vocabulary.languagePlace() == LanguagePlace.NONE) {
      throw PalimpsestException.configuration(
          "The tokenizer of " + model.origin() + " marks no languages: leave the language out.");
    }
    if (id == Vocabulary.NONE || id >= model.spec().vocabulary()) {
      throw PalimpsestException.configuration(
          "The tokenizer of "
              + model.origin()
              + " has no language "
              + language
              + ": name one of its special tokens, such as "
              + vocabulary.named().keySet().stream()
                  .sorted()
                  .limit(LISTED)
                  .collect(Collectors.joining(", "))
              + ".");
    }
    return id;
  }
}
