package org.palimpsest.corpus.read;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

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
 * @param settings what its first generation was prepared with
 * @param generations what was prepared first, and what was added since
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
    Map<String, String> settings,
    List<Generation> generations) {

  /** The version that this code writes and reads. */
  public static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  public Manifest {
    // A corpus made before there was a cleaning has none.
    cleaned = cleaned == null ? Map.of() : cleaned;
    // A corpus from before there were additions has one generation.
    generations =
        generations != null
            ? List.copyOf(generations)
            : List.of(Generation.of(training, validation, settings));
  }

  /**
   * One part, training or validation.
   *
   * @param documents documents that were put into it
   * @param sentences their sentences
   * @param tokens tokens of its blocks, the separators of documents included
   * @param blocks number of blocks
   * @param utf8Bytes length of the text its tokens stand for
   * @param paddingShare share of the blocks' places that hold no token
   * @param blockLengths number of blocks by length, in classes
   * @param lanes its files, in order
   */
  public record PartEntry(
      long documents,
      long sentences,
      long tokens,
      long blocks,
      long utf8Bytes,
      double paddingShare,
      List<LengthClass> blockLengths,
      List<LaneEntry> lanes) {

    /** This part with what was added to it; the lanes that were there keep their numbers. */
    public PartEntry plus(PartEntry added, int blockSize) {
      long allTokens = tokens + added.tokens;
      long allBlocks = blocks + added.blocks;
      List<LaneEntry> allLanes = new ArrayList<>(lanes);
      allLanes.addAll(added.lanes);
      List<LengthClass> lengths = new ArrayList<>();
      for (int i = 0; i < blockLengths.size(); i++) {
        LengthClass length = blockLengths.get(i);
        lengths.add(
            new LengthClass(length.upTo(), length.blocks() + added.blockLengths.get(i).blocks()));
      }
      return new PartEntry(
          documents + added.documents,
          sentences + added.sentences,
          allTokens,
          allBlocks,
          utf8Bytes + added.utf8Bytes,
          paddingShare(allTokens, allBlocks, blockSize),
          lengths,
          allLanes);
    }

    public static double paddingShare(long tokens, long blocks, int blockSize) {
      return blocks == 0 ? 0 : 1 - (double) tokens / ((double) blocks * blockSize);
    }
  }

  /**
   * What was prepared at a time.
   *
   * @param trainingLanes number of its lanes in the training part, behind those before it
   * @param validationLanes number of its lanes in the validation part
   * @param documents documents in both parts
   * @param blocks blocks in both parts
   * @param settings what it was prepared with
   * @param texts files of the fingerprints of its texts, if duplicates were searched
   * @param icu the ICU that found its sentences; null if that was not recorded
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Generation(
      int trainingLanes,
      int validationLanes,
      long documents,
      long blocks,
      Map<String, String> settings,
      List<StoredFile> texts,
      Icu icu) {

    public Generation {
      // A corpus from before there were fingerprints has none.
      texts = texts == null ? List.of() : List.copyOf(texts);
    }

    public static Generation of(
        PartEntry training, PartEntry validation, Map<String, String> settings) {
      return new Generation(
          training.lanes().size(),
          validation.lanes().size(),
          training.documents() + validation.documents(),
          training.blocks() + validation.blocks(),
          settings,
          List.of(),
          null);
    }

    public Generation with(List<StoredFile> files, Icu found) {
      return new Generation(
          trainingLanes, validationLanes, documents, blocks, settings, files, found);
    }

    /** The ICU that found its sentences, if that was recorded. */
    public Optional<Icu> recordedIcu() {
      return Optional.ofNullable(icu);
    }
  }

  /** How many blocks have at most {@code upTo} tokens and more than the class before. */
  public record LengthClass(int upTo, long blocks) {}

  /** A lane: its file and its number of blocks. */
  public record LaneEntry(StoredFile file, long rows) implements Serializable {}

  /** This corpus with another one's lanes, of the same tokenizer and shape, as new generations. */
  public Manifest plus(Manifest added) {
    Map<String, Long> allRejected = new TreeMap<>(rejected);
    added.rejected.forEach((reason, count) -> allRejected.merge(reason, count, Long::sum));
    Map<String, Long> allCleaned = new TreeMap<>(cleaned);
    added.cleaned.forEach((step, count) -> allCleaned.merge(step, count, Long::sum));
    List<StoredFile> allRejectedFiles = new ArrayList<>(rejectedFiles);
    allRejectedFiles.addAll(added.rejectedFiles);
    List<Generation> allGenerations = new ArrayList<>(generations);
    allGenerations.addAll(added.generations);
    return new Manifest(
        schemaVersion,
        tokenizer,
        vocabularySize,
        seed,
        blockSize,
        rowGroupBlocks,
        training.plus(added.training, blockSize),
        validation.plus(added.validation, blockSize),
        allRejected,
        allRejectedFiles,
        allCleaned,
        settings,
        allGenerations);
  }

  /** Writes it as the last file of a folder. */
  public void publish(StoredFolder folder) {
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
