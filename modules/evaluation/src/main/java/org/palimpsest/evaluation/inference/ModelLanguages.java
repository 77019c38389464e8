package org.palimpsest.evaluation.inference;

import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
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

  private TrainedModel with(TokenizerFile tokenizer, ModelSpec spec, TrainedModel.Weights weights) {
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
