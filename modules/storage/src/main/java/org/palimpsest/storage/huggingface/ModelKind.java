package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.Reason;

/** A class of Hugging Face's models: names in its files, and specifications that it has. */
sealed interface ModelKind permits BartKind, T5Kind {
  /** Why other encoder-decoders are none of these, by their {@code model_type}. */
  Map<String, String> OTHERS =
      Map.of(
          "longt5", "attention is local or transient-global",
          "switch_transformers", "feed-forward layers are mixtures of experts",
          "led", "attention is sparse",
          "prophetnet", "decoder predicts several tokens at once",
          "xlm-prophetnet", "decoder predicts several tokens at once",
          "t5gemma", "positions are rotary and whose norms surround each sub-layer",
          "t5gemma2", "positions are rotary and whose norms surround each sub-layer",
          "bigbird_pegasus", "attention is block-sparse",
          "pegasus_x", "attention is block-local");

  /** All there are. */
  static List<ModelKind> all() {
    List<ModelKind> kinds = new ArrayList<>();
    Stream.of(BartFamily.values()).map(BartKind::new).forEach(kinds::add);
    Stream.of(T5Family.values()).map(T5Kind::new).forEach(kinds::add);
    return kinds;
  }

  /** The name of the class. */
  String className();

  /** The {@code model_type} of its {@code config.json}. */
  String type();

  /**
   * The objective that the published models of this kind were trained with, as {@link
   * org.palimpsest.objective.preset.Objectives#parse} takes it, or as of a fine-tuned model.
   */
  Object objective();

  /** What of a specification no model of this kind can have; empty if it is one. */
  Optional<String> obstacle(ModelSpec spec);

  /** Adds to a {@code config.json} what only this kind calls so. */
  void describe(ModelSpec spec, ObjectNode config);

  /** The content of {@code config.json}. */
  default ObjectNode config(ModelSpec spec) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("architectures").add(className());
    config.put("model_type", type());
    config.put("vocab_size", spec.vocabulary());
    config.put("d_model", spec.width());
    describe(spec, config);
    config.put("is_encoder_decoder", true);
    config.put("use_cache", true);
    config.put("dtype", "float32");
    return config.setAll(ids(spec));
  }

  /**
   * The content of {@code generation_config.json}: what texts begin and end with. A longest length
   * that counts the first token too would clash with the one that users of {@code generate} give.
   */
  default ObjectNode generation(ModelSpec spec) {
    return ids(spec).put("max_new_tokens", Math.max(1, spec.positions() - 1));
  }

  /** The ids that have a part in the mathematics. */
  default ObjectNode ids(ModelSpec spec) {
    ObjectNode ids = JsonNodeFactory.instance.objectNode();
    ids.put("bos_token_id", spec.bos() == Vocabulary.NONE ? null : spec.bos());
    ids.put("pad_token_id", spec.pad());
    ids.put("eos_token_id", spec.eos());
    return ids.put("decoder_start_token_id", spec.decoderStart());
  }

  /**
   * Reads them.
   *
   * @param usual those of the kind, for keys that the config lacks
   */
  static SpecialTokens tokens(ConfigJson config, SpecialTokens usual) {
    int pad = config.id("pad_token_id", usual.pad());
    int eos = config.id("eos_token_id", usual.eos());
    int start = usual.decoderStart() == usual.pad() ? pad : eos;
    return new SpecialTokens(
        config.id("bos_token_id", usual.bos()),
        required(config, "pad_token_id", pad),
        required(config, "eos_token_id", eos),
        config.whole("decoder_start_token_id", start));
  }

  private static int required(ConfigJson config, String key, int id) {
    if (id == Vocabulary.NONE) {
      throw config.refused("its " + key + " is null, but this id is needed");
    }
    return id;
  }

  /**
   * Reads a specification.
   *
   * @param embedding says whether the head is the embedding
   * @throws PalimpsestException of kind INPUT if the config describes something else
   */
  ModelSpec spec(ConfigJson config, TiedEmbedding embedding);

  /** What its config calls the keys of a recipe, by key without {@code model.}, for messages. */
  Map<String, String> keys();

  /** What files call a tensor. */
  String stored(String canonical, ModelSpec spec);

  /** The name and shape of a tensor in a file, and where its values begin in the flat vector. */
  default TensorSpec place(TensorSpec tensor, ModelSpec spec) {
    return new TensorSpec(stored(tensor.name(), spec), tensor.shape(), tensor.offset());
  }

  /** Under which names a tensor may be found too: other classes' prefixes, copies of tied ones. */
  List<String> otherNames(String canonical, ModelSpec spec);

  /** Names in files that say nothing to this model. */
  default List<String> ignored() {
    return List.of();
  }

  /**
   * Further names under which the embedding is written, because readers of the config need them.
   */
  List<String> copies(ModelSpec spec);

  /** Tensors of files that this model computes. */
  List<ConstantTensor> constants(ModelSpec spec);

  /**
   * The kind that a specification is written as.
   *
   * @param type the {@code model_type} to choose where several fit; empty for the first
   */
  static ModelKind of(ModelSpec spec, String type) {
    List<ModelKind> fitting = all().stream().filter(kind -> kind.obstacle(spec).isEmpty()).toList();
    if (fitting.isEmpty()) {
      throw homeless(spec);
    }
    return fitting.stream()
        .filter(kind -> kind.type().equals(type))
        .findFirst()
        .orElse(fitting.get(0));
  }

  private static PalimpsestException homeless(ModelSpec spec) {
    Map<String, String> typesByObstacle =
        all().stream()
            .collect(
                Collectors.groupingBy(
                    kind -> kind.obstacle(spec).orElseThrow(),
                    LinkedHashMap::new,
                    Collectors.mapping(ModelKind::type, Collectors.joining(", "))));
    return PalimpsestException.configuration(
        "No model class of Hugging Face has this architecture: "
            + typesByObstacle.entrySet().stream()
                .map(types -> types.getValue() + " without " + types.getKey())
                .collect(Collectors.joining("; "))
            + ": train one of them to export it.");
  }

  /** The kind that a config names. */
  static ModelKind of(ConfigJson config) {
    String type = config.text("model_type", "");
    return all().stream()
        .filter(kind -> kind.type().equals(type))
        .findFirst()
        .orElseThrow(() -> config.refused(unknown(type)));
  }

  private static String unknown(String type) {
    String why = OTHERS.get(type);
    String types = all().stream().map(ModelKind::type).collect(Collectors.joining(", "));
    return "its model_type is '"
        + Reason.quoted(type)
        + "'"
        + (why == null ? "" : ", whose " + why)
        + ", not one of "
        + types;
  }
}
