package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;

/**
 * {@code tokenizer_config.json}, which tells Hugging Face's {@code AutoTokenizer} what the special
 * tokens of a {@code tokenizer.json} are for.
 */
final class TokenizerConfig {
  private static final String NOT_JSON =
      "The tokenizer is no tokenizer.json of Hugging Face: it is not a JSON object.";
  private static final Map<String, String> NAMED =
      Map.of(
          "<unk>", "unk_token",
          "[UNK]", "unk_token",
          "<mask>", "mask_token",
          "[MASK]", "mask_token");

  private static final String OTHERS = "additional_special_tokens";
  private static final List<String> FLAGS =
      List.of("lstrip", "normalized", "rstrip", "single_word", "special");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode tree;
  private final JsonNode added;

  private TokenizerConfig(ObjectNode tree, JsonNode added) {
    this.tree = tree;
    this.added = added;
  }

  static TokenizerConfig of(ModelSpec spec, byte[] tokenizer) {
    JsonNode added = parse(tokenizer).path("added_tokens");
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("model_max_length", spec.positions());
    config.put("clean_up_tokenization_spaces", false);
    name(config, "bos_token", spec.bos(), added);
    name(config, "pad_token", spec.pad(), added);
    name(config, "eos_token", spec.eos(), added);
    // Their ids are not part of the model; these are the names every tokenizer gives them.
    for (JsonNode token : added) {
      String text = token.path("content").asText();
      if (NAMED.containsKey(text)) {
        config.put(NAMED.get(text), text);
      }
    }
    nameOthers(config, added);
    return new TokenizerConfig(config, added);
  }

  /** The content of the file. */
  ObjectNode tree() {
    return tree;
  }

  /** The content with all added tokens, as tools that do not read {@code tokenizer.json} expect. */
  ObjectNode complete() {
    ObjectNode complete = tree.deepCopy();
    ObjectNode decoder = complete.putObject("added_tokens_decoder");
    for (JsonNode token : added) {
      ObjectNode entry = decoder.putObject(token.path("id").asText());
      entry.put("content", token.path("content").asText());
      for (String flag : FLAGS) {
        entry.put(flag, token.path(flag).asBoolean());
      }
    }
    return complete;
  }

  /** The content of {@code special_tokens_map.json}. */
  ObjectNode specialTokens() {
    ObjectNode map = JSON.createObjectNode();
    tree.properties()
        .forEach(
            field -> {
              if (field.getKey().endsWith("_token") || field.getKey().equals(OTHERS)) {
                map.set(field.getKey(), field.getValue());
              }
            });
    return map;
  }

  /** Sentinels and mode tokens have no part of their own, but are no text either. */
  private static void nameOthers(ObjectNode config, JsonNode added) {
    Set<String> named = new HashSet<>();
    config.forEach(value -> named.add(value.asText()));
    ArrayNode others = JSON.createArrayNode();
    for (JsonNode token : added) {
      String text = token.path("content").asText();
      if (token.path("special").asBoolean() && !named.contains(text)) {
        others.add(text);
      }
    }
    if (!others.isEmpty()) {
      config.set(OTHERS, others);
    }
  }

  private static void name(ObjectNode config, String role, int id, JsonNode added) {
    for (JsonNode token : added) {
      if (token.path("id").asInt(-1) == id) {
        config.put(role, token.path("content").asText());
      }
    }
  }

  private static JsonNode parse(byte[] tokenizer) {
    try {
      JsonNode tree = JSON.readTree(tokenizer);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      throw new PalimpsestException(PalimpsestException.Kind.INPUT, NOT_JSON, e);
    }
    throw PalimpsestException.input(NOT_JSON);
  }
}
