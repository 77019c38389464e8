package org.palimpsest.evaluation.inference;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.huggingface.ModelFolder;

/** Where a model's parameters are, with what lies beside them. It is serialized to tasks. */
public sealed interface ModelWeights extends Serializable
    permits CheckpointWeights, FolderWeights, ForcedFirst {
  /** Fills a vector of the parameters' length. */
  void read(FlatVector into);

  /** How texts are generated, as {@link ModelFolder#generation()}. */
  Map<String, Object> generation();

  /** The tokenizer of targets, as {@link ModelFolder#targetTokenizer()}. */
  Optional<byte[]> targetTokenizer();

  /** The {@code model_type} of exports, as {@link ModelFolder#type()}; empty for the usual. */
  String type();
}
