package org.palimpsest.corpus.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A kind of sharded data set.
 *
 * @param name noun for messages, such as "corpus"
 * @param versions the format versions that this release reads
 * @param keys configuration keys, for messages
 * @param places where its files are
 * @param parser reads a manifest of this version
 * @param <M> the manifest
 */
public record StoreFormat<M extends StoreManifest>(
    String name, List<Integer> versions, Keys keys, Places places, Parser<M> parser) {

  /**
   * Configuration keys.
   *
   * @param path location of the data set
   * @param lease term of the lease of its writer
   */
  public record Keys(String path, String lease) {}

  /**
   * Where the files are that a manifest lists.
   *
   * @param folders the folders inside that of the data set which contain nothing else
   * @param besideManifest names of files beside the manifest
   * @param lists paths of files that list rejected records: a preparation that fails because of
   *     them names them to its user, so they are deleted only when they are old
   */
  public record Places(List<String> folders, Pattern besideManifest, Pattern lists) {}

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
