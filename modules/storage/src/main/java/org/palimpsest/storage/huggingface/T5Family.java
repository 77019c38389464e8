package org.palimpsest.storage.huggingface;

/** The families of Hugging Face's models whose files name tensors as T5's do. */
enum T5Family {
  /** Version 1.0 (ReLU, tied and scaled head) and 1.1 (gated GELU, head of its own). */
  T5("t5", "T5ForConditionalGeneration", "relu"),
  /** T5 1.1 whose head is never scaled. */
  MT5("mt5", "MT5ForConditionalGeneration", "gated-gelu"),
  /** T5 1.1 with a table of relative positions in each layer. */
  UMT5("umt5", "UMT5ForConditionalGeneration", "gated-gelu");

  private final String type;
  private final String className;
  private final String projection;

  T5Family(String type, String className, String projection) {
    this.type = type;
    this.className = className;
    this.projection = projection;
  }

  /** Returns the {@code model_type}. */
  String type() {
    return type;
  }

  String className() {
    return className;
  }

  /** Returns the {@code feed_forward_proj} of a config that names none. */
  String projection() {
    return projection;
  }
}
