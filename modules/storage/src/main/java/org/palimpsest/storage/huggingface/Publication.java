package org.palimpsest.storage.huggingface;

import org.palimpsest.model.spec.ModelSpec;

/**
 * What a model folder needs beside the model to be published on a hub: a model card, {@code
 * special_tokens_map.json}, the added tokens in {@code tokenizer_config.json}, and files that are
 * not too large.
 *
 * @param card the text of {@code README.md}; one that is there is kept
 * @param largestFile bytes of tensors in a file of weights, unless one tensor has more
 */
public record Publication(String card, long largestFile) {
  /** What hubs take without extra settings: 5 GB. */
  public static final long LARGEST_FILE = 5_000_000_000L;

  static final String SPECIAL_TOKENS = "special_tokens_map.json";

  /** The name of the model card. */
  public static final String CARD = "README.md";

  /**
   * What Hugging Face calls such a model: {@code bart}, {@code t5}, …
   *
   * @param type as in {@link ModelFolder.Content}
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION if it has no class for it
   */
  public static String typeOf(ModelSpec spec, String type) {
    return ModelKind.of(spec, type).type();
  }
}
