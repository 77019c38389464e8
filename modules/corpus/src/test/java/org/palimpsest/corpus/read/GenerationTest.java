package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.corpus.text.Icu;

/** The input paths that a manifest records. */
class GenerationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Manifest.SplitEntry EMPTY =
      new Manifest.SplitEntry(0, 0, 0, 0, 0, 0, List.of(), List.of());

  private static Generation generation(String joined, List<String> paths) {
    return Generation.of(new Manifest.Splits(EMPTY, EMPTY), Map.of("corpus.input", joined))
        .with(paths, new Generation.Lists(List.of(), null), Icu.current());
  }

  @Test
  void inputsWithoutCommasAreInTheSettingsOnly() {
    Generation generation = generation("/a, /b (weight 2.0)", List.of("/a", "/b"));

    assertThat(generation.inputPaths()).containsExactly("/a", "/b");
    JsonNode json = JSON.valueToTree(generation);
    assertThat(json.has("inputs")).isFalse();
  }

  @Test
  void inputsWithCommasAreListed() throws JsonProcessingException {
    List<String> paths = List.of("/texts, new/a.txt", "/b");
    Generation generation = generation("/texts, new/a.txt, /b", paths);

    assertThat(generation.inputPaths()).isEqualTo(paths);
    JsonNode json = JSON.valueToTree(generation);
    assertThat(JSON.treeToValue(json, Generation.class)).isEqualTo(generation);
  }
}
