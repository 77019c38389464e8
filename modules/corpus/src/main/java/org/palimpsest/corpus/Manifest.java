package org.palimpsest.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;

/**
 * What a corpus is made of; docs/corpus.md describes the fields.
 *
 * @param schemaVersion version of manifest and lanes
 * @param tokenizer the tokenizer's file
 * @param vocabularySize number of ids
 * @param seed the key of hold-out and shuffle
 * @param blockSize tokens in a full block
 * @param rowGroupBlocks blocks in a row group
 * @param training the blocks to learn from
 * @param validation the blocks held out
 * @param rejected number of rejected records by reason
 * @param rejectedFiles the files that name every rejected record
 * @param cleaned documents that the cleaning changed, left out or repeated, by step
 * @param settings what it was prepared with
 */
public record Manifest(
    int schemaVersion,
    StoredFile tokenizer,
    int vocabularySize,
    long seed,
    int blockSize,
    int rowGroupBlocks,
    PartEntry training,
    PartEntry validation,
    Map<String, Long> rejected,
    List<StoredFile> rejectedFiles,
    Map<String, Long> cleaned,
    Map<String, String> settings) {

  public Manifest {
    // A corpus made before there was a cleaning has none.
    cleaned = cleaned == null ? Map.of() : cleaned;
  }

  /** The version that this code writes and reads. */
  public static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One part, training or validation.
   *
   * @param documents documents that were put into it
   * @param sentences their sentences
   * @param tokens tokens of its blocks, the separators of documents included
   * @param blocks number of blocks
   * @param utf8Bytes length of the text its tokens stand for
   * @param blockLengths number of blocks by length, in classes
   * @param lanes its files, in order
   */
  public record PartEntry(
      long documents,
      long sentences,
      long tokens,
      long blocks,
      long utf8Bytes,
      List<LengthClass> blockLengths,
      List<LaneEntry> lanes) {}

  /** How many blocks have at most {@code upTo} tokens and more than the class before. */
  public record LengthClass(int upTo, long blocks) {}

  /** A lane: its file and its number of blocks. */
  public record LaneEntry(StoredFile file, long rows) implements Serializable {}

  /** Writes it as the last file of a folder. */
  void publish(StoredFolder folder) {
    folder.publish(JSON.valueToTree(this));
  }

  /**
   * Reads the manifest of a folder.
   *
   * @throws PalimpsestException of kind INPUT if there is none, it is damaged, or of another
   *     version
   */
  static Manifest of(StoredFolder folder) {
    ObjectNode node = folder.manifest("corpus");
    JsonNode version = node.path("schemaVersion");
    if (version.asInt() != SCHEMA_VERSION) {
      throw PalimpsestException.input(
          "The corpus %s has format version %s and this program reads version %d: prepare it again."
              .formatted(folder.path(), version.asText("none"), SCHEMA_VERSION));
    }
    try {
      return JSON.treeToValue(node, Manifest.class);
    } catch (JsonProcessingException e) {
      throw PalimpsestException.input(
          "The manifest of the corpus %s is damaged: %s."
              .formatted(folder.path(), e.getOriginalMessage()));
    }
  }
}
