package org.palimpsest.corpus.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A kind of sharded data set.
 *
 * @param name noun for messages, such as "corpus"
 * @param schemaVersion the format version that this release reads and writes
 * @param pathKey configuration key of its location, for messages
 * @param parser reads a manifest of this version
 * @param <M> the manifest
 */
public record StoreFormat<M extends StoreManifest>(
    String name, int schemaVersion, String pathKey, Parser<M> parser) {

  /** Reads a manifest from JSON. */
  public interface Parser<M> {
    /**
     * Reads a manifest.
     *
     * @throws JsonProcessingException if a field is missing or has another type
     */
    M parse(ObjectNode manifest) throws JsonProcessingException;
  }
}
