package org.palimpsest.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlossTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "#an entity that has physical existence  #|An entity that has physical existence.",
        "#a tangible entity; an entity; \"it was full of rackets\"  #"
            + "|A tangible entity; an entity. It was full of rackets.",
        "#(usually followed by `to') having; \"able to swim\"; \"is it?\"#"
            + "|(usually followed by 'to') having. Able to swim. Is it?",
        "#of death; \"to be or not\" - Shakespeare; \"no man\"- John Donne#"
            + "|Of death. To be or not. No man.",
        "#the \"good\" book#|The \"good\" book.",
        "#\"only an example;\"#|Only an example.",
        "#left open; \"the quote has no end#|Left open. The quote has no end.",
        "#   #|##",
      })
  void convertsGlossesToSentences(String gloss, String text) {
    assertThat(Gloss.text(gloss)).isEqualTo(text);
  }
}
