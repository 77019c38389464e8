package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.palimpsest.storage.StoredFolder;

/**
 * How a folder's texts are to be generated: {@code generation_config.json}, or else the keys that
 * older folders have for it in {@code config.json}.
 */
final class GenerationConfig {
  /** The specification has these. */
  private static final Set<String> IDS =
      Set.of("bos_token_id", "pad_token_id", "eos_token_id", "decoder_start_token_id");

  /** What a tool notes of itself. */
  private static final Set<String> NOTES = Set.of("_from_model_config", "transformers_version");

  private static final Set<String> LENGTHS = Set.of("max_length", "max_new_tokens");

  /** The keys that older versions of transformers take from a {@code config.json}. */
  private static final Set<String> OF_A_MODEL =
      Set.of(
          "bad_words_ids",
          "begin_suppress_tokens",
          "diversity_penalty",
          "do_sample",
          "early_stopping",
          "encoder_no_repeat_ngram_size",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "length_penalty",
          "max_length",
          "min_length",
          "no_repeat_ngram_size",
          "num_beam_groups",
          "num_beams",
          "num_return_sequences",
          "remove_invalid_values",
          "repetition_penalty",
          "suppress_tokens",
          "temperature",
          "top_k",
          "top_p",
          "typical_p");

  private static final ObjectMapper JSON = new ObjectMapper();

  private GenerationConfig() {}

  /** Reads what is not in the specification. */
  static Map<String, Object> read(StoredFolder folder, JsonNode config) {
    boolean own = folder.exists(ModelFolder.GENERATION);
    JsonNode tree = own ? ForeignFile.json(folder, ModelFolder.GENERATION) : config;
    Map<String, Object> settings = new LinkedHashMap<>();
    tree.properties()
        .forEach(
            field -> {
              String key = field.getKey();
              boolean taken =
                  own ? !IDS.contains(key) && !NOTES.contains(key) : OF_A_MODEL.contains(key);
              if (taken && !field.getValue().isNull()) {
                settings.put(key, JSON.convertValue(field.getValue(), Object.class));
              }
            });
    return settings;
  }

  /**
   * The content of the file.
   *
   * @param usual of the kind
   * @param settings as {@link #read} returns them; they overrule the kind's
   */
  static ObjectNode write(ObjectNode usual, Map<String, Object> settings) {
    if (settings.keySet().stream().anyMatch(LENGTHS::contains)) {
      usual.remove(LENGTHS);
    }
    settings.forEach((key, value) -> usual.set(key, JSON.valueToTree(value)));
    return usual;
  }
}
