package org.palimpsest.model.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import org.palimpsest.model.Initialisation;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/**
 * {@code config.json} and {@code generation_config.json} of Hugging Face's {@code
 * BartForConditionalGeneration}, and the way back to a {@link ModelSpec}.
 */
final class BartConfig {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the mathematics of our BART takes for granted; a folder that says otherwise is not it. */
  private static final List<Map.Entry<String, JsonNode>> FIXED =
      List.of(
          Map.entry("activation_function", TextNode.valueOf("gelu")),
          Map.entry("scale_embedding", BooleanNode.FALSE),
          Map.entry("tie_word_embeddings", BooleanNode.TRUE),
          Map.entry("is_encoder_decoder", BooleanNode.TRUE));

  private BartConfig() {}

  static ObjectNode write(ModelSpec spec) {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("BartForConditionalGeneration");
    config.put("model_type", "bart");
    config.put("vocab_size", spec.vocabulary());
    config.put("d_model", spec.width());
    for (String stack : new String[] {"encoder", "decoder"}) {
      int layers = stack.equals("encoder") ? spec.encoderLayers() : spec.decoderLayers();
      config.put(stack + "_layers", layers);
      config.put(stack + "_attention_heads", spec.heads());
      config.put(stack + "_ffn_dim", spec.feedForward());
      config.put(stack + "_layerdrop", 0.0);
    }
    config.put("num_hidden_layers", spec.encoderLayers());
    config.put("max_position_embeddings", spec.positions());
    config.put("dropout", spec.dropout());
    config.put("attention_dropout", 0.0);
    config.put("activation_dropout", 0.0);
    config.put("classifier_dropout", 0.0);
    config.put("init_std", deviation(spec));
    FIXED.forEach(entry -> config.set(entry.getKey(), entry.getValue()));
    config.put("use_cache", true);
    config.put("dtype", "float32");
    return config.setAll(ids(spec));
  }

  /** What {@code generate} begins and ends with, and how far it may go. */
  static ObjectNode writeGeneration(ModelSpec spec) {
    return ids(spec).put("max_length", spec.positions());
  }

  private static ObjectNode ids(ModelSpec spec) {
    ObjectNode ids = JSON.createObjectNode();
    ids.put("bos_token_id", spec.bos() == Vocabulary.NONE ? null : spec.bos());
    ids.put("pad_token_id", spec.pad());
    ids.put("eos_token_id", spec.eos());
    ids.put("decoder_start_token_id", spec.decoderStart());
    ids.put("forced_eos_token_id", spec.eos());
    return ids;
  }

  /**
   * Reads a specification.
   *
   * @param config the content of {@code config.json}
   * @param folder how messages call the folder
   */
  static ModelSpec read(JsonNode config, String folder) {
    String type = config.path("model_type").asText();
    if (!type.equals("bart")) {
      throw unreadable(folder, "its model_type is '" + type + "', not bart");
    }
    FIXED.forEach(entry -> refuseOther(config, entry.getKey(), entry.getValue(), folder));
    int heads = both(config, "attention_heads", folder);
    int feedForward = both(config, "ffn_dim", folder);
    int eos = whole(config, "eos_token_id", folder);
    return new ModelSpec(
            whole(config, "vocab_size", folder),
            whole(config, "d_model", folder),
            feedForward,
            heads,
            whole(config, "encoder_layers", folder),
            whole(config, "decoder_layers", folder),
            whole(config, "max_position_embeddings", folder),
            config.path("dropout").asDouble(0),
            config.path("bos_token_id").asInt(Vocabulary.NONE),
            whole(config, "pad_token_id", folder),
            eos,
            config.path("decoder_start_token_id").asInt(eos))
        .with(
            new Initialisation.Normal(
                config.path("init_std").asDouble(Initialisation.USUAL_DEVIATION)));
  }

  private static double deviation(ModelSpec spec) {
    return spec.initialisation() instanceof Initialisation.Normal normal
        ? normal.deviation()
        : Initialisation.USUAL_DEVIATION;
  }

  private static void refuseOther(JsonNode config, String key, JsonNode value, String folder) {
    JsonNode stated = config.get(key);
    if (stated != null && !stated.equals(value)) {
      throw unreadable(folder, "its " + key + " is " + stated + ", not " + value);
    }
  }

  private static int both(JsonNode config, String key, String folder) {
    int encoder = whole(config, "encoder_" + key, folder);
    if (encoder != whole(config, "decoder_" + key, folder)) {
      throw unreadable(folder, "its encoder_" + key + " and decoder_" + key + " differ");
    }
    return encoder;
  }

  private static int whole(JsonNode config, String key, String folder) {
    JsonNode value = config.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw unreadable(folder, "its config.json lacks " + key);
    }
    return value.asInt();
  }

  private static PalimpsestException unreadable(String folder, String why) {
    return PalimpsestException.input(folder + " is not a model folder of this kind: " + why + ".");
  }
}
