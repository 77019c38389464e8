package org.palimpsest.tasks.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.objective.DenoisingExample;

/** Pairs of a model whose tokenizer marks the language of a source, as M2M-100's does. */
class LanguageFramesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** The mask stands for a language: what matters is that it is neither {@code <s>} nor an end. */
  private int language;

  @BeforeEach
  void copy() throws Exception {
    Path families = Path.of(LanguageFramesTest.class.getResource("/families/m2m_100").toURI());
    for (String name :
        new String[] {
          "config.json", "generation_config.json", "model.safetensors", "tokenizer.json"
        }) {
      Files.copy(families.resolve(name), folder.resolve(name));
    }
    language = model().tokenizer().tokenizer().vocabulary().mask();
    ObjectNode tokenizer = read("tokenizer.json");
    tokenizer.set(
        "post_processor",
        JSON.readTree(
            """
            {"type": "TemplateProcessing", "pair": [],
             "single": [{"SpecialToken": {"id": "<mask>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}},
                        {"SpecialToken": {"id": "</s>", "type_id": 0}}],
             "special_tokens": {
               "<mask>": {"id": "<mask>", "ids": [%d], "tokens": ["<mask>"]},
               "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}
            """
                .formatted(language)));
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
  }

  private ObjectNode read(String name) throws IOException {
    return (ObjectNode) JSON.readTree(folder.resolve(name).toFile());
  }

  private TrainedModel model() {
    return TrainedModel.folder(
        new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration(false));
  }

  private DenoisingExample pair() {
    TrainedModel model = model();
    DenoisingExample example = new DenoisingExample(20);
    new PairFrame(model.spec().tokens(), model.frames())
        .fill(example, new Pair(new int[] {10, 11}, new int[] {12}, ""), 0);
    return example;
  }

  @Test
  void sourcesHaveTheLanguageOfTheTokenizer() {
    assertThat(pair().sourceTokens()).containsExactly(language, 10, 11, 2);
  }

  @Test
  void targetsBeginWithTheForcedLanguage() throws IOException {
    ObjectNode generation = read("generation_config.json").put("forced_bos_token_id", 9);
    JSON.writeValue(folder.resolve("generation_config.json").toFile(), generation);

    DenoisingExample pair = pair();
    assertThat(Arrays.copyOf(pair.target(), pair.targetLength())).containsExactly(9, 12, 2);
    assertThat(Arrays.copyOf(pair.decoderInput(), pair.targetLength())).containsExactly(2, 9, 12);
  }

  @Test
  void targetsWithoutAForcedLanguageBeginWithTheText() {
    DenoisingExample pair = pair();
    assertThat(Arrays.copyOf(pair.target(), pair.targetLength())).containsExactly(12, 2);
  }
}
