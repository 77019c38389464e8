package org.palimpsest.evaluation.inference;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.model.FlatVector;

/**
 * The weights of a model that is to begin its texts with a token, such as that of a language.
 *
 * @param token the first one after the decoder's start
 */
record ForcedFirst(ModelWeights weights, int token) implements ModelWeights {
  /** The key of {@code generation_config.json}. */
  static final String KEY = "forced_bos_token_id";

  @Override
  public void read(FlatVector into) {
    weights.read(into);
  }

  @Override
  public Map<String, Object> generation() {
    Map<String, Object> settings = new LinkedHashMap<>(weights.generation());
    settings.put(KEY, token);
    return settings;
  }

  @Override
  public Optional<byte[]> targetTokenizer() {
    return weights.targetTokenizer();
  }

  @Override
  public String type() {
    return weights.type();
  }
}
