package org.palimpsest.storage.huggingface;

import java.util.List;
import java.util.Optional;
import org.palimpsest.storage.StoredFolder;

/**
 * The token embedding of a folder, of which files may hold copies: for each stack, and for the
 * head.
 *
 * @param weights the tensors of the folder
 * @param folder for messages
 * @param config for messages
 */
record TiedEmbedding(StoredTensors weights, StoredFolder folder, ConfigJson config) {

  /**
   * Whether the head is the embedding: where files hold both, their numbers decide.
   *
   * @param names what the embedding of both stacks may be called; the first that is there is it
   * @param head what the head is called
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if a stack has an embedding of
   *     its own
   */
  boolean isHead(List<String> names, String head) {
    Optional<String> embedding = names.stream().filter(weights::has).findFirst();
    embedding.ifPresent(
        name -> names.stream().filter(weights::has).forEach(copy -> requireEqual(name, copy)));
    return embedding.isEmpty() || !weights.has(head) || areEqual(embedding.get(), head);
  }

  /** Whether a tensor is absent or holds only zeros. */
  boolean isZero(String name) {
    return !weights.has(name) || weights.isZero(folder, name);
  }

  private void requireEqual(String name, String copy) {
    if (!name.equals(copy) && !areEqual(name, copy)) {
      throw config.refused(
          "its "
              + copy
              + " differs from "
              + name
              + ", but here both stacks have one token embedding");
    }
  }

  private boolean areEqual(String one, String other) {
    return weights.areEqual(folder, one, other);
  }
}
