package org.palimpsest.corpus.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.DocumentMode;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.tokenize.TokenizerSource;

class CorpusSettingsTest {
  private static CorpusSettings read(String hocon) {
    return CorpusSettings.from(ConfigFactory.parseString("corpus.path = c\n" + hocon));
  }

  @Test
  void readsDefaultsFromReferenceConf() {
    CorpusSettings settings = read("seed = 9");
    assertThat(settings.inputs()).containsExactly(new Input("wordnet"));
    assertThat(settings.reading().documents()).isEqualTo(DocumentMode.PARAGRAPHS);
    assertThat(settings.blockSize()).isEqualTo(128);
    assertThat(settings.lanes()).isEqualTo(64);
    assertThat(settings.reading().maxDocumentBytes()).isEqualTo(64L << 20);
    assertThat(settings.seed()).isEqualTo(9);
    assertThat(settings.tokenizer())
        .isInstanceOfSatisfying(
            TokenizerSource.Trained.class, trained -> assertThat(trained.size()).isEqualTo(4000));
  }

  @Test
  void readsListsOfInputs() {
    assertThat(read("corpus.input = [wordnet, \"/a/*.txt\"]").inputs())
        .isEqualTo(List.of(new Input("wordnet"), new Input("/a/*.txt")));
    assertThat(read("corpus.input = [{path = /a, weight = 0.25}, {path = /b}, /c]").inputs())
        .isEqualTo(List.of(new Input("/a", 0.25), new Input("/b"), new Input("/c")));
  }

  @Test
  void defaultsToAFolderInTheRunDirectory() {
    assertThat(CorpusSettings.from(ConfigFactory.parseString("run.directory = runs/a")).path())
        .isEqualTo("runs/a/corpus");
    assertThatThrownBy(() -> CorpusSettings.from(ConfigFactory.empty()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("corpus.path is empty: name a folder for the corpus.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "corpus.documents = page|corpus.documents 'page' is unknown: use one of file, line,"
            + " paragraphs.",
        "corpus.text-field = \"\"|corpus.text-field is empty: name the field or column that"
            + " contains the text.",
        "corpus.input = [a, {path = a}]|corpus.input lists a twice: list it once and set its"
            + " weight.",
        "corpus.input = {path = a, weight = 0}|The weight of the input a must be above 0 and at"
            + " most 1000, but is 0.0.",
        "corpus.input = [\"\"]|corpus.input has an empty path: name a file, a folder, a glob, a"
            + " table or \"wordnet\".",
        "corpus.input = [3]|corpus.input contains 3, but each input must be a string or {path = …,"
            + " weight = …, language = …}.",
        "corpus.input = [{weight = 3}]|corpus.input contains {weight=3}, but each input must be a"
            + " string or {path = …, weight = …, language = …}.",
        "corpus.policy = mixed|corpus.policy 'mixed' is unknown: use one of apart, concatenate.",
        "corpus.block-size = 4|corpus.block-size must be at least 8, but is 4.",
        "corpus.lanes = 0|corpus.lanes must be at least 1, but is 0.",
        "corpus.validation-share = 1|corpus.validation-share must be at least 0 and below 1, but is"
            + " 1.0.",
        "corpus.max-rejected = -1|corpus.max-rejected must be between 0 and 1, but is -1.0.",
        "corpus.max-document-bytes = 2 GiB|corpus.max-document-bytes must be between 1 and 1 GiB,"
            + " but is 2147483648.",
        "tokenizer.train.size = 300|tokenizer.train.size must be at least 392 (5 special tokens,"
            + " 256 bytes, 3 other special tokens, 128 sentinels), but is 300.",
      })
  void refusesInvalidValues(String setting, String message) {
    assertThatThrownBy(() -> read(setting))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CONFIGURATION))
        .hasMessage(message);
  }

  @Test
  void namesAValueOfTheWrongType() {
    assertThatThrownBy(() -> read("corpus.lanes = many"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The configuration is invalid: ")
        .hasMessageContaining("lanes has type STRING rather than NUMBER");
  }
}
