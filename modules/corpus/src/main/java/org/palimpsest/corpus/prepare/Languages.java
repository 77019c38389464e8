package org.palimpsest.corpus.prepare;

import java.util.List;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.Vocabulary.LanguagePlace;

/**
 * The tokens of languages. With a tokenizer that marks no languages, those of documents only say
 * how often they occur.
 */
record Languages(Vocabulary vocabulary) {
  /** A language that is no token. */
  static final int UNKNOWN = -2;

  /** Returns the token of a document's language, {@link Vocabulary#NONE}, or {@link #UNKNOWN}. */
  int of(Document document) {
    return of(document.language());
  }

  private int of(String language) {
    return language.isEmpty() || vocabulary.languagePlace() == LanguagePlace.NONE
        ? Vocabulary.NONE
        : vocabulary.named().getOrDefault(language, UNKNOWN);
  }

  /** Refuses inputs all of whose documents would be rejected. */
  void require(List<Input> inputs) {
    Optional<Input> unknown =
        inputs.stream().filter(input -> of(input.language()) == UNKNOWN).findFirst();
    if (unknown.isPresent()) {
      throw PalimpsestException.configuration(
          "corpus.input names the language %s, which is no special token of the tokenizer: name one, such as %s."
              .formatted(
                  unknown.get().language(),
                  vocabulary.named().keySet().stream().sorted().findFirst().orElse("en_XX")));
    }
  }
}
