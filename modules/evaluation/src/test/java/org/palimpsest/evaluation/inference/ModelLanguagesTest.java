package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.spec.ModelPreset;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.huggingface.ModelFolder;

/** The languages that multilingual models read and write. */
class ModelLanguagesTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int EOS = 2;
  private static final int ENGLISH = 5;
  private static final int GERMAN = 6;
  private static final String TEXT = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}";
  private static final String MBART = TEXT + special("</s>") + special("en_XX");
  private static final String NLLB = special("en_XX").substring(2) + ", " + TEXT + special("</s>");

  @TempDir Path folder;

  private static String special(String token) {
    return ", {\"SpecialToken\": {\"id\": \"%s\", \"type_id\": 0}}".formatted(token);
  }

  private static byte[] tokenizer(String template) {
    return """
    {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
     "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
     "added_tokens": [%s],
     "post_processor": {"type": "TemplateProcessing", "single": [%s], "pair": [],
      "special_tokens": {
       "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
       "en_XX": {"id": "en_XX", "ids": [5], "tokens": ["en_XX"]}}},
     "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {
      "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4, "en_XX": 5, "de_DE": 6,
      "house": 7, "Haus": 8, "a": 9}}}
    """
        .formatted(
            added("<s>", 0)
                + added(", <pad>", 1)
                + added(", </s>", 2)
                + added(", <unk>", 3)
                + added(", <mask>", 4)
                + added(", en_XX", 5)
                + added(", de_DE", 6),
            template)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String added(String token, int id) {
    String separator = token.startsWith(", ") ? ", " : "";
    return separator
        + "{\"id\": %d, \"content\": \"%s\", \"special\": true, \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false}"
            .formatted(id, token.substring(separator.length()));
  }

  private TrainedModel model(String template) {
    TokenizerFile tokenizer = new TokenizerFile(tokenizer(template));
    ModelSpec spec = ModelPreset.TINY.spec(tokenizer.tokenizer().vocabulary());
    HeapVector parameters = new HeapVector((int) ParameterLayout.of(spec).size());
    org.apache.hadoop.fs.Path path = path("model");
    ModelFolder.write(
        path, HADOOP, new ModelFolder.Content(spec, parameters, tokenizer.json(), "bart"));
    return TrainedModel.folder(path, HADOOP);
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
  }

  @Test
  void aDecoderOfMbartBeginsWithTheLanguage() {
    TrainedModel german = model(MBART).withLanguages("de_DE", "de_DE");

    assertThat(german.frames().source().after()).containsExactly(EOS, GERMAN);
    assertThat(german.frames().source().before()).isEmpty();
    assertThat(german.spec().decoderStart()).isEqualTo(GERMAN);
    assertThat(german.generation()).doesNotContainKey("forced_bos_token_id");
  }

  @Test
  void othersWriteTheLanguageFirst() {
    TrainedModel german = model(NLLB).withLanguages("de_DE", "en_XX");

    assertThat(german.frames().source().before()).containsExactly(GERMAN);
    assertThat(german.frames().source().after()).containsExactly(EOS);
    assertThat(german.frames().targetStart()).isEqualTo(ENGLISH);
    assertThat(german.spec().decoderStart()).isEqualTo(EOS);
    assertThat(german.generation()).containsEntry("forced_bos_token_id", ENGLISH);
  }

  @Test
  void withoutAChoiceTheModelIsAsItsFolderSays() {
    TrainedModel model = model(MBART);

    assertThat(model.withLanguages("", "")).isEqualTo(model);
  }

  /** The folder says en_XX around texts, and a decoder of mBART begins as it did in training. */
  @Test
  void aTextIsRestoredInItsOwnLanguage() {
    TrainedModel model = model(MBART);

    assertThat(model.spec().decoderStart()).isEqualTo(EOS);
    assertThat(new ModelLanguages(model).ofOwn().spec().decoderStart()).isEqualTo(ENGLISH);
    assertThat(
            new ModelLanguages(model.withLanguages("de_DE", "de_DE")).ofOwn().spec().decoderStart())
        .isEqualTo(GERMAN);
    assertThat(new ModelLanguages(model.asWriter("")).ofOwn().spec().decoderStart()).isEqualTo(EOS);
    assertThat(new ModelLanguages(model(NLLB)).ofOwn().spec().decoderStart()).isEqualTo(EOS);
  }

  @Test
  void anExportKeepsTheLanguages() {
    TrainedModel german = model(MBART).withLanguages("de_DE", "de_DE");
    Exporter.export(german, path("export"), HADOOP);
    TrainedModel again = TrainedModel.folder(path("export"), HADOOP);

    assertThat(again.frames()).isEqualTo(german.frames());
    assertThat(again.spec().decoderStart()).isEqualTo(GERMAN);
  }

  @Test
  void anUnknownLanguageIsRefused() {
    TrainedModel model = model(MBART);

    assertThatThrownBy(() -> model.withLanguages("fr_XX", ""))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The tokenizer of %s has no language fr_XX: name one of its special tokens, such as"
                + " de_DE, en_XX.",
            model.origin());
  }

  @Test
  void aTokenizerWithoutLanguagesIsToldApart() {
    TrainedModel model = model(TEXT + special("</s>"));

    assertThatThrownBy(() -> model.withLanguages("", "de_DE"))
        .hasMessage(
            "The tokenizer of %s marks no languages: leave the language out.", model.origin());
  }
}
